package io.sketchstream.training.runs;

import io.sketchstream.events.Instants;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.training.labels.LabelCensus;
import io.sketchstream.training.labels.TopicSnapshot;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// `/v1/training`: runs, and the labels they learn from.
@Path("/v1/training")
@Tag(name = "Training", description = "Runs that train a model from labels")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class TrainingResource {
  private final RunService runs;

  TrainingResource(RunService runs) {
    this.runs = runs;
  }

  /// All runs, the newest first.
  ///
  /// @param leading whether this instance starts runs
  /// @param newLabels records of labels written since the last run began; a withdrawal is one for
  ///   each partition
  /// @param trouble what is wrong; empty when nothing is
  record Runs(boolean leading, long newLabels, String trouble, List<Run> runs) {}

  /// One run.
  ///
  /// @param dataset, start, train, evaluate, register; paused while its service is stopped
  /// @param done progress within the phase: iterations when it trains
  /// @param of the total of the phase
  /// @param losses of the last iteration by name, their weighted sum as `total`
  /// @param etaSeconds until the phase is done; 0 while unknown
  /// @param generation that it made; empty when it made none
  /// @param snapshot end offset of each partition of `labels` and `images` when it began
  record Run(
      String id,
      TrainingRunState state,
      String phase,
      int done,
      int of,
      Map<String, Double> losses,
      double imagesPerSecond,
      double etaSeconds,
      String baseGeneration,
      String generation,
      Map<String, Double> metrics,
      String trigger,
      String reason,
      Instant startedAt,
      Instant changedAt,
      Map<String, String> snapshot,
      Map<String, String> overrides,
      int restarts) {}

  /// What is labelled.
  ///
  /// @param labels that are current
  /// @param contradictory examples whose votes tie
  record Labels(
      long labels, long contradictory, List<LabelCensus.LabelledClass> classes, Needs needs) {
    static Labels of(LabelCensus.Tally<Needs> tally) {
      LabelCensus.Count count = tally.count();
      return new Labels(count.labels(), count.contradictory(), count.classes(), tally.summary());
    }
  }

  @GET
  @Path("/runs")
  @Operation(
      operationId = "listTrainingRuns",
      summary = "All runs, the newest first, with their progress")
  public Runs list() {
    RunView view = runs.view();
    return new Runs(
        view.leads(),
        view.newLabels(),
        view.trouble(),
        view.runs().stream().map(TrainingResource::describe).toList());
  }

  @GET
  @Path("/runs/{run}")
  @Operation(operationId = "getTrainingRun", summary = "One run")
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Run.class)))
  @APIResponse(responseCode = "404", description = "There is no such run")
  public Run get(@PathParam("run") String run) {
    return runs.view().runs().stream()
        .filter(r -> r.getRunId().equals(run))
        .findFirst()
        .map(TrainingResource::describe)
        .orElseThrow(() ->
            new CommandRefusedException(
                CommandRefusedException.Kind.UNKNOWN, "there is no run " + run));
  }

  @POST
  @Path("/runs")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "startTrainingRun",
      summary = "Start a training run",
      description =
          "From the active generation's weights, on all labels up to now. The body may hold"
              + " hyperparameters that differ from the configured ones, by name:"
              + " {\"iterations\": 300, \"schedule.learningRate\": 2e-4}.")
  @APIResponse(
      responseCode = "202",
      description = "The run has begun",
      content = @Content(schema = @Schema(implementation = Run.class)))
  @APIResponse(responseCode = "400", description = "A setting is unknown or out of range")
  @APIResponse(responseCode = "409", description = "A run is in progress, or no model is active")
  @APIResponse(responseCode = "503", description = "Another instance leads; try again")
  @RequestBody(
      required = false,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.OBJECT)))
  public Response begin(InputStream body) {
    return Response.accepted(describe(runs.begin("requested", RunOverrides.parse(body)))).build();
  }

  @DELETE
  @Path("/runs/{run}")
  @Operation(operationId = "deleteTrainingRun", summary = "Cancel a run; nothing else changes")
  @APIResponse(
      responseCode = "202",
      description = "The run, as it stands",
      content = @Content(schema = @Schema(implementation = Run.class)))
  public Response delete(
      @PathParam("run") String run,
      @QueryParam("reason") @DefaultValue("cancelled by hand") String reason) {
    return Response.accepted(describe(runs.cancel(run, reason))).build();
  }

  @POST
  @Path("/runs/{run}/cancel")
  @Operation(operationId = "cancelTrainingRun", summary = "Cancel a run; nothing else changes")
  @APIResponse(
      responseCode = "202",
      description = "The run, as it stands",
      content = @Content(schema = @Schema(implementation = Run.class)))
  public Response cancel(
      @PathParam("run") String run,
      @QueryParam("reason") @DefaultValue("cancelled by hand") String reason) {
    return delete(run, reason);
  }

  @GET
  @Path("/labels")
  @Operation(
      operationId = "countLabels",
      summary = "How many photos and sketches of each class are labelled, and what a run needs")
  public Labels labels() {
    try {
      return Labels.of(runs.labels());
    } catch (DatasetException e) {
      throw new CommandRefusedException(CommandRefusedException.Kind.CONFLICT, e.getMessage());
    }
  }

  static Run describe(TrainingRunChanged run) {
    return new Run(
        run.getRunId(),
        run.getState(),
        run.getPhase(),
        run.getPhaseDone(),
        run.getPhaseTotal(),
        new TreeMap<>(run.getLossesMap()),
        run.getImagesPerSecond(),
        run.getEtaSeconds(),
        run.getBaseGeneration(),
        run.getGeneration(),
        new TreeMap<>(run.getMetricsMap()),
        run.getTrigger(),
        run.getReason(),
        Instants.of(run.getStartedAt()),
        Instants.of(run.getChangedAt()),
        new TopicSnapshot(run.getSnapshotList()).describe(),
        new TreeMap<>(run.getOverridesMap()),
        run.getRestarts());
  }
}
