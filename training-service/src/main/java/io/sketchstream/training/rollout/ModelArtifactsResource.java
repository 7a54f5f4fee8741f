package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.training.TrainingServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// `/v1/models/{generation}/artifact`: downloads a model from the store, or uploads one. Neither
/// changes what is served; backup and restore use them.
@Path("/v1/models/{generation}/artifact")
@Tag(name = "Models")
@RequiresScope(Scope.ADMIN)
@RunOnVirtualThread
class ModelArtifactsResource {
  private static final int UNPROCESSABLE = 422;

  private final Rollout rollout;
  private final long artifactSizeMax;
  private final java.nio.file.Path uploads;

  ModelArtifactsResource(Rollout rollout, TrainingServiceConfig config) {
    this.rollout = rollout;
    this.artifactSizeMax = config.artifactBytesMax().asLongValue();
    this.uploads = config.home().resolve("uploads").toAbsolutePath();
  }

  /// Where a model is.
  record Kept(String generation, String artifactUri, String artifactSha256) {}

  @GET
  @Produces("application/zip")
  @Operation(
      operationId = "getModelArtifact",
      summary = "The model of a generation as a zip archive",
      description = "With its report, where it has one; never compressed")
  public StreamingOutput get(@PathParam("generation") String generation) {
    ModelArtifact artifact = rollout.stored(generation);
    return out -> write(artifact, out);
  }

  @PUT
  @TakesBody(kind = BodyKind.MODEL, limit = "training.artifact-bytes-max", streamed = true)
  @Consumes({"application/zip", MediaType.APPLICATION_OCTET_STREAM})
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "putModelArtifact",
      summary = "Put the model of a generation into the store; it is not rolled out",
      description = "Body: a zip archive as GET answers it")
  public Kept put(@PathParam("generation") String generation, InputStream archive)
      throws IOException, BrokenModelException {
    try (ArtifactUpload unpacked =
        ArtifactUpload.unpack(archive, uploads, ArtifactUpload.WITH_REPORT, artifactSizeMax)) {
      String found = ModelArtifact.load(unpacked.directory()).generation().id();
      if (!found.equals(generation)) {
        throw new BrokenModelException("it is generation %s, not %s".formatted(found, generation));
      }
      StoredModel kept = rollout.keep(unpacked.directory());
      return new Kept(found, kept.uri().toString(), kept.sha256());
    }
  }

  @ServerExceptionMapper
  public Response broken(BrokenModelException broken) {
    return Problem.of(
            UNPROCESSABLE, "not a usable model: " + ArtifactUpload.reason(broken, uploads))
        .response();
  }

  /// Weights don't compress.
  private static void write(ModelArtifact artifact, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(0);
      for (String name : new TreeSet<>(ArtifactUpload.WITH_REPORT)) {
        java.nio.file.Path file = artifact.directory().resolve(name);
        if (Files.isRegularFile(file)) {
          ZipEntry entry = new ZipEntry(name);
          entry.setTime(0); // The same model gives the same archive.
          zip.putNextEntry(entry);
          long _ = Files.copy(file, zip);
        }
      }
    }
  }
}
