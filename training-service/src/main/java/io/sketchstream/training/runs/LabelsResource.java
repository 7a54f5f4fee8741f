package io.sketchstream.training.runs;

import io.sketchstream.events.Texts;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.training.labels.LabelList;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// `GET /v1/labels`: the labels that count. They are written through the ingest service.
@Path("/v1/labels")
@Tag(name = "labels")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class LabelsResource {
  /// Most labels of a page.
  static final int LIMIT_MAX = 1000;

  private static final String LIMIT_DEFAULT = "100";
  private static final int TEXT_LENGTH_MAX = 2048;

  private static final int EXPORTS_MAX = 2;

  private final RunService runs;
  private final Semaphore exports = new Semaphore(EXPORTS_MAX);

  LabelsResource(RunService runs) {
    this.runs = runs;
  }

  @GET
  @Operation(
      operationId = "listLabels",
      summary = "List the current labels, by label id",
      description =
          "Withdrawn labels are not listed; of several labels with one id, only the latest is. A"
              + " sketch is named by its SHA-256. A page begins after a label, so new labels do not"
              + " shift pages.")
  @APIResponse(responseCode = "200", description = "A page; `next` is empty on the last one")
  @APIResponse(responseCode = "400", description = "A parameter is not valid; says which")
  @APIResponse(responseCode = "409", description = "More labels than training.dataset.labels-max")
  public LabelList.Page list(
      @Parameter(description = "Only labels of this image") @QueryParam("imageId") @DefaultValue("")
          String imageId,
      @Parameter(description = "Only labels of this class", example = "sailboat")
          @QueryParam("class")
          @DefaultValue("")
          String className,
      @Parameter(description = "How many labels, 1 to 1000", example = "100")
          @QueryParam("limit")
          @DefaultValue(LIMIT_DEFAULT)
          String limit,
      @Parameter(description = "`next` of the previous page; empty for the first page")
          @QueryParam("cursor")
          @DefaultValue("")
          String cursor) {
    checkLength("imageId", imageId);
    checkLength("class", className);
    checkLength("cursor", cursor);
    String wanted = Texts.normalized(className);
    try {
      LabelList.Page page =
          runs.labelPage(
              label ->
                  (imageId.isEmpty() || label.imageId().equals(imageId))
                      && (wanted.isEmpty() || label.className().equals(wanted)),
              LabelCursor.labelId(cursor),
              limit(limit));
      return new LabelList.Page(page.labels(), LabelCursor.of(page.next()));
    } catch (DatasetException e) {
      throw new CommandRefusedException(CommandRefusedException.Kind.CONFLICT, e.getMessage());
    }
  }

  @GET
  @Path("export")
  @Produces("application/x-ndjson")
  @Operation(
      operationId = "exportLabels",
      summary = "All current labels, with their sketches, one JSON object per line",
      description =
          "In the form that `POST /v1/labels` accepts, in the order of the topic. At most two"
              + " exports run at once.")
  @APIResponse(
      responseCode = "200",
      description = "The labels",
      content =
          @Content(mediaType = "application/x-ndjson", schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(responseCode = "409", description = "More labels than training.dataset.labels-max")
  @APIResponse(responseCode = "429", description = "Two exports are already running")
  public StreamingOutput export() {
    LabelList.Snapshot labels;
    try {
      labels = runs.allLabels();
    } catch (DatasetException e) {
      throw new CommandRefusedException(CommandRefusedException.Kind.CONFLICT, e.getMessage());
    }
    return out -> {
      // Here, and not before: an answer that is never written must not keep its slot.
      if (!exports.tryAcquire()) {
        throw new CommandRefusedException(
            CommandRefusedException.Kind.BUSY, EXPORTS_MAX + " exports of labels are in progress");
      }
      try {
        LabelLines.write(labels, out);
      } finally {
        exports.release();
      }
    };
  }

  private static int limit(String text) {
    if (text.matches("\\d{1,4}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LIMIT_MAX) {
        return limit;
      }
    }
    throw new ProblemException(400, "limit is '%s', not 1 to %d".formatted(text, LIMIT_MAX));
  }

  private static void checkLength(String name, String text) {
    if (text.length() > TEXT_LENGTH_MAX) {
      throw new ProblemException(
          400,
          "%s has %d characters, more than %d".formatted(name, text.length(), TEXT_LENGTH_MAX));
    }
  }
}
