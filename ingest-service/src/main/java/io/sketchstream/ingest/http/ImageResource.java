package io.sketchstream.ingest.http;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.IngestConfig;
import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.Gallery.Acknowledged;
import io.sketchstream.ingest.gallery.Gallery.StoredImage;
import io.sketchstream.ingest.gallery.GalleryEntry;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.Intake.Description;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.http.BatchUpload.Part;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.parameters.FreeParameters;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.tracing.TraceContext;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/// `/v1/images`: adds, removes and reads images.
@Path("/v1/images")
@Tag(name = "images", description = "The gallery: add, remove and read images")
@RunOnVirtualThread
class ImageResource {
  private static final String ATTRIBUTES_PART = "attributes";

  private final Gallery gallery;
  private final Intake intake;
  private final IngestConfig config;

  ImageResource(Gallery gallery, Intake intake, IngestConfig config) {
    this.gallery = gallery;
    this.intake = intake;
    this.config = config;
  }

  @FreeParameters
  @PUT
  @Path("{id}")
  @TakesBody(kind = BodyKind.UPLOAD, limit = "ingest.max-bytes")
  @InGalleries
  @RequiresScope(Scope.INGEST)
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "putImage",
      summary = "Add an image to the gallery, or replace it",
      description =
          "The body is the file: JPEG, PNG, GIF, WebP, BMP or TIFF. Attributes that are not given"
              + " are empty afterwards; extra.NAME=value sets any further one. The same bytes with"
              + " the same attributes are `unchanged` and cost nothing. `If-None-Match: *` adds"
              + " only, `If-Match` replaces only the version that it names.")
  @Parameter(name = "title", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = "tags",
      in = ParameterIn.QUERY,
      description = "Joined by commas",
      schema = @Schema(type = SchemaType.STRING))
  @Parameter(
      name = "uri",
      in = ParameterIn.QUERY,
      description = "Where the original is",
      schema = @Schema(type = SchemaType.STRING))
  @APIResponse(
      responseCode = "202",
      description = "The image is in Kafka",
      content = @Content(schema = @Schema(implementation = WriteResult.class)))
  @APIResponse(responseCode = "400", description = "The id or an attribute is not valid")
  @APIResponse(
      responseCode = "403",
      description =
          "The key lacks a scope, or is limited to galleries other than that of the image")
  @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
  @APIResponse(responseCode = "413", description = "Larger than ingest.max-bytes")
  @APIResponse(responseCode = "422", description = "Not an image, damaged, or over a limit")
  @APIResponse(responseCode = "429", description = "Too many uploads at once")
  @APIResponse(responseCode = "503", description = "Kafka or the gallery is not available")
  public Response put(
      @PathParam("id") String id,
      @Context UriInfo uri,
      @Context HttpHeaders headers,
      @Context RoutingContext caller,
      @HeaderParam("content-length") @DefaultValue("-1") long length,
      @HeaderParam("traceparent") String traceparent,
      InputStream body)
      throws IOException {
    try {
      ImageIds.check(id);
      ImageAttributes attributes = AttributeReader.fromQuery(uri.getQueryParameters());
      // Read before a permit is taken: a slow sender must not keep others waiting.
      byte[] original = intake.limit().read(body);
      if (length >= 0 && original.length != length) {
        throw new EOFException("the upload ended early");
      }
      Acknowledged acknowledged =
          intake.put(
              _ -> original,
              new Description(
                  Optional.of(id),
                  attributes,
                  false,
                  GalleryLimit.of(caller),
                  Conditions.ofWrite(headers, id),
                  TraceContext.continuing(traceparent)));
      return accepted(WriteResult.of(acknowledged));
    } catch (RefusedException e) {
      throw new ProblemException(Problems.of(e, id));
    }
  }

  @FreeParameters
  @POST
  @TakesBody(kind = BodyKind.UPLOAD, limit = "ingest.batch-bytes-max", streamed = true)
  @InGalleries
  @RequiresScope(Scope.INGEST)
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "postImages",
      summary = "Add one or more images to the gallery",
      description =
          "Every part with a file name is an image. Its id is the SHA-256 of the file, unless the"
              + " part is named `id:NAME`. Query parameters, as for PUT, apply to all files; a part"
              + " named `attributes` may hold JSON for single files, by file name: {\"cat.jpg\":"
              + " {\"id\": \"cat-1\", \"title\": \"A cat\", \"tags\": [\"cat\"], \"uri\": \"...\","
              + " \"extra\": {}}}. A file that is refused does not stop the others. Results are in"
              + " the order of the files, those of one part name together.")
  @APIResponse(
      responseCode = "202",
      description = "At least one file is in the gallery; see the status of each",
      content = @Content(schema = @Schema(implementation = BatchResult.class)))
  @APIResponse(
      responseCode = "422",
      description = "Every file was refused (400 or 413 where that is every file's reason)")
  @APIResponse(responseCode = "429", description = "Too many uploads at once")
  @APIResponse(responseCode = "503", description = "No file could be written")
  public Response post(
      @RestForm(FileUpload.ALL) List<FileUpload> uploads,
      @RestForm(ATTRIBUTES_PART) String attributes,
      @Context UriInfo uri,
      @Context RoutingContext caller,
      @HeaderParam("traceparent") String traceparent)
      throws IOException {
    List<Part> parts = new ArrayList<>();
    FileDescriptions descriptions = new FileDescriptions();
    BatchUpload batch;
    try {
      if (attributes != null) {
        descriptions.add(attributes);
      }
      for (FileUpload upload : uploads) {
        boolean describes = ATTRIBUTES_PART.equals(upload.name());
        if (describes && attributes != null && upload.uploadedFile() == null) {
          continue; // It has no file name, and is the text above.
        }
        BatchUpload.requireFile(upload);
        if (describes) {
          descriptions.add(upload.uploadedFile());
        } else {
          String name = Objects.requireNonNullElse(upload.name(), ""); // It may have none.
          parts.add(new Part(name, upload.fileName(), upload.uploadedFile()));
        }
      }
      batch =
          new BatchUpload(
              intake,
              AttributeReader.fromQuery(uri.getQueryParameters()),
              descriptions,
              GalleryLimit.of(caller),
              TraceContext.continuing(traceparent));
      BatchUpload.checkCount(parts.size(), config.batchFilesMax());
    } catch (RefusedException e) {
      throw new ProblemException(Problems.of(e, "upload"));
    }
    return BatchResult.response(batch.run(parts, Math.max(1, config.concurrencyMax() / 2)));
  }

  /// A likely first attempt: a file as the body. The answer says how to do it.
  @FreeParameters
  @POST
  @TakesBody(kind = BodyKind.UPLOAD, limit = "ingest.batch-bytes-max", streamed = true)
  @RequiresScope(Scope.INGEST)
  @Consumes(MediaType.WILDCARD)
  @Operation(hidden = true)
  public Response postFile() {
    throw new ProblemException(
        Problems.of(
            415,
            "bad-request",
            "POST takes multipart/form-data with a part for each file; to send a file as the body,"
                + " PUT it to /v1/images/ID"));
  }

  @DELETE
  @Path("{id}")
  @InGalleries
  @RequiresScope(Scope.INGEST)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "deleteImage", summary = "Remove an image from the gallery")
  @APIResponse(
      responseCode = "202",
      description = "The removal is in Kafka",
      content = @Content(schema = @Schema(implementation = WriteResult.class)))
  @APIResponse(responseCode = "404", description = "No such image")
  @APIResponse(responseCode = "412", description = "Not the version that If-Match names")
  public Response delete(
      @PathParam("id") String id,
      @Context HttpHeaders headers,
      @Context RoutingContext caller,
      @HeaderParam("traceparent") String traceparent) {
    String position =
        intake
            .remove(
                Problems.checked(id),
                GalleryLimit.of(caller),
                Conditions.ofWrite(headers, id),
                TraceContext.continuing(traceparent))
            .orElseThrow(() -> Problems.noSuchImage(id));
    return accepted(new WriteResult(id, position, "removed"));
  }

  @GET
  @Path("{id}")
  @InGalleries
  @Produces("image/jpeg")
  @Operation(
      operationId = "getImage",
      summary = "The canonical image",
      description = "Upright, sRGB, the shorter side at most 256 pixels, without metadata.")
  @APIResponse(responseCode = "200", content = @Content(mediaType = "image/jpeg"))
  @APIResponse(responseCode = "304", description = "Not changed")
  @APIResponse(responseCode = "404", description = "No such image")
  @APIResponse(responseCode = "412", description = "Not the version that If-Match names")
  public Response get(
      @PathParam("id") String id, @Context HttpHeaders headers, @Context RoutingContext caller) {
    Problems.requireReach(gallery, id, caller);
    GalleryEntry entry = gallery.find(id).orElseThrow(() -> Problems.noSuchImage(id));
    if (Conditions.of(headers, id).notModified(entry)) {
      return tagged(Response.notModified(), entry).build();
    }
    StoredImage image = gallery.read(id).orElseThrow(() -> Problems.noSuchImage(id));
    return tagged(Response.ok(image.jpeg().toByteArray(), "image/jpeg"), image.entry())
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  private static ResponseBuilder tagged(ResponseBuilder response, GalleryEntry entry) {
    CacheControl revalidate = new CacheControl();
    revalidate.setNoCache(true);
    return response.tag(new EntityTag(entry.etag())).cacheControl(revalidate);
  }

  private static Response accepted(Object result) {
    return Response.accepted(result).type(MediaType.APPLICATION_JSON_TYPE).build();
  }
}
