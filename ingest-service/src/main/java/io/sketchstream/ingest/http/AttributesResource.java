package io.sketchstream.ingest.http;

import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.Gallery.StoredImage;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.watch.Originals;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.tracing.TraceContext;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The attributes of images: read them, and change them without sending the image again.
@Path("/v1/images")
@Tag(name = "images")
@RunOnVirtualThread
class AttributesResource {
  private final Gallery gallery;
  private final Intake intake;
  private final Originals originals;
  private final FileUris uris;

  AttributesResource(Gallery gallery, Intake intake, Originals originals, FileUris uris) {
    this.gallery = gallery;
    this.intake = intake;
    this.originals = originals;
    this.uris = uris;
  }

  @GET
  @Path("{id}/metadata")
  @InGalleries
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "getImageMetadata",
      summary = "Attributes of an image",
      description =
          "As ingested, whether searchable yet or not. The model that has indexed the image is"
              + " `generation` of `GET /v1/images?filter=id:...`.")
  @APIResponse(
      responseCode = "200",
      description = "The attributes",
      content = @Content(schema = @Schema(implementation = ImageMetadata.class)))
  @APIResponse(responseCode = "404", description = "No such image")
  public ImageMetadata metadata(@PathParam("id") String id, @Context RoutingContext caller) {
    Problems.requireReach(gallery, id, caller);
    StoredImage stored = gallery.read(id).orElseThrow(() -> Problems.noSuchImage(id));
    String uri = stored.image().getAttributes().getUri();
    return ImageMetadata.of(stored, uris.shownTo(caller), originals.has(id, uri));
  }

  /// The request body: what it does not name stays, and null removes.
  public record Patch(String title, List<String> tags, String uri, Map<String, String> extra) {}

  @PATCH
  @Path("{id}")
  @InGalleries
  @RequiresScope(Scope.INGEST)
  @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "patchImage",
      summary = "Change the attributes of an image",
      description =
          "A JSON merge patch (RFC 7386) of title, tags, uri and extra: {\"tags\": [\"cat\"],"
              + " \"title\": null}. Attributes it does not name stay, as do the picture and its"
              + " place in the gallery. With `If-Match`, an image that was changed meanwhile is not"
              + " changed.")
  @RequestBody(
      content = {
        @Content(
            mediaType = "application/merge-patch+json",
            schema = @Schema(implementation = Patch.class)),
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Patch.class))
      })
  @APIResponse(
      responseCode = "202",
      description = "The change is in Kafka; `unchanged` if there was none",
      content = @Content(schema = @Schema(implementation = WriteResult.class)))
  @APIResponse(responseCode = "400", description = "The patch is not valid; says why")
  @APIResponse(responseCode = "404", description = "No such image")
  @APIResponse(responseCode = "412", description = "Not the version that If-Match names")
  public Response patch(
      @PathParam("id") String id,
      @Context HttpHeaders headers,
      @Context RoutingContext caller,
      @HeaderParam("traceparent") String traceparent,
      InputStream body)
      throws IOException {
    Problems.checked(id);
    try {
      AttributePatch patch = AttributePatch.parse(body.readAllBytes());
      return intake
          .change(
              id,
              patch,
              GalleryLimit.of(caller),
              Conditions.ofWrite(headers, id),
              TraceContext.continuing(traceparent))
          .map(changed -> Response.accepted(WriteResult.of(changed)).build())
          .orElseThrow(() -> Problems.noSuchImage(id));
    } catch (RefusedException e) {
      throw new ProblemException(Problems.of(e, id));
    }
  }
}
