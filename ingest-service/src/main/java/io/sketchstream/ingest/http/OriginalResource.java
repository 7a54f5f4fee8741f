package io.sketchstream.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.watch.Originals;
import io.sketchstream.ingest.watch.Originals.Original;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.net.URLEncoder;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// `GET /v1/images/{id}/original`: the file of a watched folder. The whole path is on the class:
/// beside the query service's resources in one process, the longer one must win.
@Path("/v1/images/{id}/original")
@Tag(name = "images")
@RunOnVirtualThread
class OriginalResource {
  private final Gallery gallery;
  private final Originals originals;

  OriginalResource(Gallery gallery, Originals originals) {
    this.gallery = gallery;
    this.originals = originals;
  }

  @GET
  @InGalleries
  @Operation(
      operationId = "getOriginal",
      summary = "The file that an image came from",
      description =
          "Only for images of a folder that ingest watches (`hasOriginal` of the metadata), as the"
              + " file is now, with its own metadata. ingest.watch-originals=false hides them.")
  @APIResponse(
      responseCode = "200",
      description = "The file",
      content =
          @Content(
              mediaType = "image/*",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(responseCode = "404", description = "No such image, or no original of it here")
  public Response original(@PathParam("id") String id, @Context RoutingContext caller)
      throws IOException {
    Problems.requireReach(gallery, id, caller);
    String uri = gallery.find(id).orElseThrow(() -> Problems.noSuchImage(id)).uri();
    Original original =
        originals
            .open(id, uri)
            .orElseThrow(() ->
                new ProblemException(
                    Problems.of(
                        404, "no-original", "the original of image '" + id + "' is not here")));
    Response.ResponseBuilder response =
        Response.ok()
            .type(original.mediaType())
            .header(HttpHeaders.CONTENT_LENGTH, original.size())
            .header(HttpHeaders.CONTENT_DISPOSITION, disposition(original.name()));
    if (caller.request().method().equals(HttpMethod.HEAD)) {
      original.close();
      return response.build();
    }
    return response.entity(body(original)).build();
  }

  private static StreamingOutput body(Original original) {
    return out -> {
      try (original) {
        original.writeTo(out);
      }
    };
  }

  /// RFC 6266, with the name in UTF-8.
  private static String disposition(String name) {
    String encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20").replace("*", "%2A");
    return "inline; filename*=UTF-8''" + encoded;
  }
}
