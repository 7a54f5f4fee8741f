package io.sketchstream.training.rollout;

import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.rollout.CatchUp.Progress;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The rollout by hand.
@Path("/v1/models")
@Tag(name = "Models")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class ModelsResource {
  private static final int RETRY_SECONDS = 2;

  private final RolloutService rollout;

  ModelsResource(RolloutService rollout) {
    this.rollout = rollout;
  }

  /// All generations, the active one first.
  ///
  /// @param active empty when none is
  /// @param leading whether this instance takes changes
  /// @param trouble what is wrong with the rollout; empty when nothing is
  record Models(String active, boolean leading, String trouble, List<Model> models) {}

  /// One generation.
  ///
  /// @param imagesToEmbed what is left of its backfill
  /// @param embeddingsToIndex what is left of its backfill
  record Model(
      String generation,
      ModelState state,
      long epoch,
      String network,
      int dimension,
      Map<String, Double> metrics,
      String reason,
      Instant changedAt,
      String artifactUri,
      String artifactSha256,
      long imagesToEmbed,
      long embeddingsToIndex) {}

  @GET
  @Operation(summary = "All generations, with state, reason, metrics and progress")
  public Models list() {
    return describe(rollout.view().state());
  }

  @POST
  @Path("/{generation}/activate")
  @Operation(summary = "Serve a generation: now if it has all images, otherwise once it has")
  public Response activate(@PathParam("generation") String generation) {
    RolloutState state =
        rollout.decide(rules -> before -> rules.activateByHand(before, generation));
    boolean active = state.models().get(generation).getState() == ModelState.ACTIVE;
    return Response.status(active ? Response.Status.OK : Response.Status.ACCEPTED)
        .entity(describe(state))
        .build();
  }

  @POST
  @Path("/{generation}/reject")
  @Operation(summary = "Serve a generation no more, and free what it holds")
  public Models reject(
      @PathParam("generation") String generation,
      @QueryParam("reason") @DefaultValue("rejected by hand") String reason) {
    return describe(rollout.decide(rules -> before -> rules.reject(before, generation, reason)));
  }

  @POST
  @Path("/rollback")
  @Operation(summary = "Serve the previous generation again")
  public Models rollback(@QueryParam("reason") @DefaultValue("rolled back by hand") String reason) {
    return describe(rollout.decide(rules -> before -> rules.rollback(before, reason)));
  }

  @ServerExceptionMapper
  public Response refused(RolloutRefusedException refused) {
    Response.Status status =
        switch (refused.kind()) {
          case UNKNOWN_GENERATION -> Response.Status.NOT_FOUND;
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

  private Models describe(RolloutState state) {
    RolloutController.View view = rollout.view();
    List<Model> models =
        state.models().values().stream()
            .sorted(
                Comparator.comparing((ModelChanged m) -> m.getState() != ModelState.ACTIVE)
                    .thenComparing(ModelChanged::getEpoch, Comparator.reverseOrder())
                    .thenComparing(ModelChanged::getGeneration))
            .map(model -> describe(model, view.progress().get(model.getGeneration())))
            .toList();
    return new Models(
        state.active().map(ModelChanged::getGeneration).orElse(""),
        view.leads(),
        view.trouble(),
        models);
  }

  private static Model describe(ModelChanged model, Progress progress) {
    return new Model(
        model.getGeneration(),
        model.getState(),
        model.getEpoch(),
        model.getNetwork(),
        model.getDimension(),
        new TreeMap<>(model.getMetricsMap()),
        model.getReason(),
        Instant.ofEpochSecond(model.getChangedAt().getSeconds(), model.getChangedAt().getNanos()),
        model.getArtifactUri(),
        model.getArtifactSha256(),
        progress == null ? 0 : progress.imagesToEmbed(),
        progress == null ? 0 : progress.embeddingsToIndex());
  }
}
