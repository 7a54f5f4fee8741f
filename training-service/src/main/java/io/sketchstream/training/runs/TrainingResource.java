package io.sketchstream.training.runs;

import com.google.protobuf.Timestamp;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.training.data.DatasetException;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// `/v1/training`: runs, and the labels they learn from.
@Path("/v1/training")
@Tag(name = "Training", description = "From labels to a better model")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class TrainingResource {
  private static final int RETRY_SECONDS = 2;

  private final RunService runs;

  TrainingResource(RunService runs) {
    this.runs = runs;
  }

  /// All runs, the newest first.
  ///
  /// @param leading whether this instance starts runs
  /// @param newLabels written since the last run began
  /// @param trouble what is wrong; empty when nothing is
  record Runs(boolean leading, long newLabels, String trouble, List<Run> runs) {}

  /// One run.
  ///
  /// @param phase dataset, start, train, evaluate, register; paused while its service is down
  /// @param done of the phase: iterations when it trains
  /// @param of how much there is of the phase
  /// @param losses of the last iteration by name, their weighted sum as `total`
  /// @param etaSeconds until the phase is done, nought while that is unknown
  /// @param generation that it made, empty where it came not so far
  /// @param snapshot where each partition of `labels` and `images` ended when it began
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

  @GET
  @Path("/runs")
  @Operation(summary = "All runs, the newest first, with their progress")
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
  @Operation(summary = "How a run goes")
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
            new RunRefusedException(
                RunRefusedException.Kind.UNKNOWN_RUN, "there is no run " + run));
  }

  @POST
  @Path("/runs")
  @Consumes(MediaType.WILDCARD)
  @Operation(
      summary = "Train now",
      description =
          "From the active generation's weights, on all labels up to now. The body may hold"
              + " hyperparameters that differ from the configured ones, by name:"
              + " {\"iterations\": 300, \"schedule.learningRate\": 2e-4}.")
  @APIResponse(
      responseCode = "202",
      description = "It has begun",
      content = @Content(schema = @Schema(implementation = Run.class)))
  @APIResponse(responseCode = "400", description = "A setting is unknown or out of range")
  @APIResponse(responseCode = "409", description = "A run is going on, or no model is active")
  @APIResponse(responseCode = "503", description = "Another instance leads; try again or there")
  public Response begin(
      @RequestBody(content = @Content(mediaType = MediaType.APPLICATION_JSON)) String body) {
    return Response.accepted(describe(runs.begin("asked for", RunOverrides.parse(body)))).build();
  }

  @DELETE
  @Path("/runs/{run}")
  @Operation(summary = "Stop a run; nothing changes")
  public Response delete(
      @PathParam("run") String run,
      @QueryParam("reason") @DefaultValue("cancelled by hand") String reason) {
    return Response.accepted(describe(runs.cancel(run, reason))).build();
  }

  @POST
  @Path("/runs/{run}/cancel")
  @Operation(summary = "Stop a run; nothing changes")
  public Response cancel(
      @PathParam("run") String run,
      @QueryParam("reason") @DefaultValue("cancelled by hand") String reason) {
    return delete(run, reason);
  }

  @GET
  @Path("/labels")
  @Operation(summary = "How many photos and sketches of each class are labelled")
  public LabelCensus.Count labels() {
    try {
      return runs.labels();
    } catch (DatasetException e) {
      throw new RunRefusedException(RunRefusedException.Kind.CONFLICT, e.getMessage());
    }
  }

  @ServerExceptionMapper
  public Response refused(RunRefusedException refused) {
    Response.Status status =
        switch (refused.kind()) {
          case BAD_REQUEST -> Response.Status.BAD_REQUEST;
          case UNKNOWN_RUN -> Response.Status.NOT_FOUND;
          case CONFLICT -> Response.Status.CONFLICT;
          case NOT_HERE -> Response.Status.SERVICE_UNAVAILABLE;
        };
    Map<String, Object> problem = new TreeMap<>();
    problem.put("type", "about:blank");
    problem.put("title", status.getReasonPhrase());
    problem.put("status", status.getStatusCode());
    problem.put("detail", refused.getMessage());
    Response.ResponseBuilder response =
        Response.status(status).type("application/problem+json").entity(problem);
    if (status == Response.Status.SERVICE_UNAVAILABLE) {
      response.header("Retry-After", RETRY_SECONDS);
    }
    return response.build();
  }

  private static Run describe(TrainingRunChanged run) {
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
        instant(run.getStartedAt()),
        instant(run.getChangedAt()),
        new Snapshot(run.getSnapshotList()).describe(),
        new TreeMap<>(run.getOverridesMap()),
        run.getRestarts());
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
