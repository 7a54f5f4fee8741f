package io.sketchstream.training.rollout;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.parameters.YesOrNo;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.rollout.ModelList.Models;
import io.sketchstream.training.rollout.RolloutCommand.Activate;
import io.sketchstream.training.rollout.RolloutCommand.Pause;
import io.sketchstream.training.rollout.RolloutCommand.Reject;
import io.sketchstream.training.rollout.RolloutCommand.RollBack;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// `/v1/models`: the generations, and the rollout by hand.
@Path("/v1/models")
@Tag(name = "Models")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ModelsResource {
  private static final int UNPROCESSABLE = 422;
  private static final String FORCE = "Activate even if the generation lacks images";

  private final Rollout rollout;
  private final long artifactSizeMax;
  private final java.nio.file.Path uploads;

  ModelsResource(Rollout rollout, TrainingServiceConfig config) {
    this.rollout = rollout;
    this.artifactSizeMax = config.artifactBytesMax().asLongValue();
    this.uploads = config.home().resolve("uploads").toAbsolutePath();
  }

  @GET
  @InGalleries
  @Operation(operationId = "listModels", summary = "All generations, with metrics and progress")
  @APIResponse(
      responseCode = "200",
      description = "The active one first",
      content =
          @Content(
              schema = @Schema(implementation = Models.class),
              examples = @ExampleObject(name = "one", value = ModelExamples.MODELS)))
  public Models list() {
    return describe(rollout.view().state());
  }

  @POST
  @TakesBody(kind = BodyKind.MODEL, limit = "training.artifact-bytes-max", streamed = true)
  @Consumes({"application/zip", MediaType.APPLICATION_OCTET_STREAM})
  @Operation(
      operationId = "addModel",
      summary = "Roll out an uploaded model",
      description = "Body: a zip archive of its manifest.json and model.safetensors")
  @APIResponse(
      responseCode = "202",
      description = "All generations; it is being evaluated",
      content = @Content(schema = @Schema(implementation = Models.class)))
  public Response add(
      InputStream archive, @QueryParam("reason") @DefaultValue("uploaded by hand") String reason)
      throws IOException, BrokenModelException {
    Generation added = offer(archive, reason);
    return Response.status(Response.Status.ACCEPTED)
        .header("Sketchstream-Generation", added.id())
        .entity(list())
        .build();
  }

  private Generation offer(InputStream archive, String reason)
      throws IOException, BrokenModelException {
    try (ArtifactUpload unpacked =
        ArtifactUpload.unpack(archive, uploads, ArtifactUpload.MODEL, artifactSizeMax)) {
      return rollout.offer(unpacked.directory(), Map.of(), reason);
    }
  }

  @POST
  @Path("/{generation}/activate")
  @Operation(
      operationId = "activateModel",
      summary = "Serve a generation: at once when it has all images, otherwise once it has")
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Models.class)))
  @APIResponse(
      responseCode = "202",
      description = "It will serve once it has all images",
      content = @Content(schema = @Schema(implementation = Models.class)))
  public Response activate(
      @PathParam("generation") String generation,
      @Parameter(description = FORCE, schema = @Schema(type = SchemaType.BOOLEAN))
          @QueryParam("force")
          String force) {
    Generations state = rollout.decide(new Activate(generation), YesOrNo.of("force", force));
    boolean active = state.find(generation).orElseThrow().getState() == ModelState.ACTIVE;
    return Response.status(active ? Response.Status.OK : Response.Status.ACCEPTED)
        .entity(describe(state))
        .build();
  }

  @POST
  @Path("/{generation}/reject")
  @Operation(
      operationId = "rejectModel",
      summary = "Stop serving a generation and delete what it holds in Kafka")
  public Models reject(
      @PathParam("generation") String generation,
      @QueryParam("reason") @DefaultValue("rejected by hand") String reason,
      @Parameter(description = FORCE, schema = @Schema(type = SchemaType.BOOLEAN))
          @QueryParam("force")
          String force) {
    return describe(rollout.decide(new Reject(generation, reason), YesOrNo.of("force", force)));
  }

  @POST
  @Path("/{generation}/pause")
  @Operation(
      operationId = "pauseBackfill",
      summary = "Pause the backfill of a generation in all instances")
  public Models pause(
      @PathParam("generation") String generation,
      @QueryParam("reason") @DefaultValue("paused by hand") String reason) {
    return describe(rollout.decide(new Pause(generation, true, reason)));
  }

  @POST
  @Path("/{generation}/resume")
  @Operation(operationId = "resumeBackfill", summary = "Resume the backfill of a generation")
  public Models resume(
      @PathParam("generation") String generation,
      @QueryParam("reason") @DefaultValue("resumed by hand") String reason) {
    return describe(rollout.decide(new Pause(generation, false, reason)));
  }

  @POST
  @Path("/rollback")
  @Operation(operationId = "rollbackModel", summary = "Serve the previous generation again")
  public Models rollback(
      @QueryParam("reason") @DefaultValue("rolled back by hand") String reason,
      @Parameter(description = FORCE, schema = @Schema(type = SchemaType.BOOLEAN))
          @QueryParam("force")
          String force) {
    return describe(rollout.decide(new RollBack(reason), YesOrNo.of("force", force)));
  }

  @GET
  @Path("/{generation}/report")
  @Produces("text/markdown;charset=UTF-8")
  @Operation(
      operationId = "getModelReport",
      summary = "The report on a trained generation, as text")
  public byte[] report(@PathParam("generation") String generation) {
    return rollout.report(generation, "report.md");
  }

  @GET
  @Path("/{generation}/report.json")
  @Operation(
      operationId = "getModelReportNumbers",
      summary = "The report on a trained generation, in numbers")
  public byte[] reportNumbers(@PathParam("generation") String generation) {
    return rollout.report(generation, "report.json");
  }

  @GET
  @Path("/{generation}/report.png")
  @Produces("image/png")
  @Operation(
      operationId = "getModelReportPicture",
      summary = "Hits of some sketches before and after, as a picture")
  public byte[] reportPicture(@PathParam("generation") String generation) {
    return rollout.report(generation, "report.png");
  }

  @ServerExceptionMapper
  public Response broken(BrokenModelException broken) {
    return Problem.of(
            UNPROCESSABLE, "not a usable model: " + ArtifactUpload.reason(broken, uploads))
        .response();
  }

  private Models describe(Generations state) {
    return ModelList.of(state, rollout.view());
  }
}
