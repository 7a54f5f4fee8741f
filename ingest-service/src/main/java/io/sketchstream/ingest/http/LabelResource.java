package io.sketchstream.ingest.http;

import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.ingest.IngestConfig;
import io.sketchstream.ingest.gallery.EventLog;
import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.IngestMeters;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.labels.GalleryLabels;
import io.sketchstream.ingest.labels.LabelLine;
import io.sketchstream.ingest.labels.LabelUpload;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.tracing.TraceContext;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// `/v1/labels`: labels that say which class an image or a sketch shows, for training.
@Path("/v1/labels")
@Tag(name = "labels", description = "Which class images and sketches show, for training")
@RunOnVirtualThread
class LabelResource {
  private final EventLog log;
  private final Gallery gallery;
  private final SizeLimit limit;
  private final IngestMeters meters;
  private final LabelLine parser = new LabelLine(new SketchRenderer());

  LabelResource(EventLog log, Gallery gallery, IngestConfig config, IngestMeters meters) {
    this.log = log;
    this.gallery = gallery;
    this.limit = new SizeLimit("ingest.labels-bytes-max", config.labelsBytesMax().asLongValue());
    this.meters = meters;
  }

  @POST
  @TakesBody(kind = BodyKind.UPLOAD, limit = "ingest.labels-bytes-max", streamed = true)
  @InGalleries
  @RequiresScope(Scope.LABEL)
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "postLabels",
      summary = "Label examples, one JSON object per line",
      description =
          "{\"class\": \"cat\", and one of \"imageId\": \"...\", \"strokes\": [[[x...],[y...]],"
              + " ...], \"sketch\": \"base64 of a file\"; optional: \"labelledBy\", \"labelId\","
              + " \"withdrawn\": true; \"wrong\": true says that it does not show the class}."
              + " Without labelId there is one label for each example and labeller (and class,"
              + " where wrong); a later one replaces it.")
  @RequestBody(
      content =
          @Content(
              mediaType = "application/x-ndjson",
              schema = @Schema(type = SchemaType.STRING),
              example = "{\"imageId\": \"cat-1\", \"class\": \"cat\", \"labelledBy\": \"ann\"}"))
  @APIResponse(
      responseCode = "202",
      description = "The valid lines are in Kafka; rejected ones are listed",
      content = @Content(schema = @Schema(implementation = LabelUpload.Result.class)))
  @APIResponse(responseCode = "400", description = "No line is a valid label")
  public Response post(
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller,
      InputStream body)
      throws IOException {
    LabelUpload upload =
        new LabelUpload(
            log,
            parser,
            InstantSource.system(),
            TraceContext.continuing(traceparent),
            new GalleryLabels(gallery, GalleryLimit.of(caller)));
    try {
      LabelUpload.Result result = upload.run(body, limit);
      meters.labels(result.accepted() + result.withdrawn(), result.rejected());
      if (result.accepted() + result.withdrawn() == 0) {
        throw new ProblemException(Problems.of(400, "bad-request", nothingGood(result)));
      }
      return Response.accepted(result).build();
    } catch (RefusedException e) {
      throw new ProblemException(Problems.of(e, "labels"));
    }
  }

  private static String nothingGood(LabelUpload.Result result) {
    return result.rejected() == 0
        ? "the body holds no label"
        : "none of the %d lines is a label; line %d: %s"
            .formatted(
                result.rejected(),
                result.errors().getFirst().line(),
                result.errors().getFirst().detail());
  }
}
