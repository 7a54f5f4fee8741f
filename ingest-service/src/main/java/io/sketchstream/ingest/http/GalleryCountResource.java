package io.sketchstream.ingest.http;

import io.sketchstream.ingest.gallery.Gallery;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// `GET /v1/gallery`: the number of images, searchable or not.
@Path("/v1/gallery")
@Tag(name = "images")
@RunOnVirtualThread
class GalleryCountResource {
  private final Gallery gallery;

  GalleryCountResource(Gallery gallery) {
    this.gallery = gallery;
  }

  /// How many images the gallery holds.
  record Count(long count) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "countImages", summary = "How many images the gallery holds, exactly")
  public Count count() {
    return new Count(gallery.count());
  }
}
