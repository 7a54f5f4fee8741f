package io.sketchstream.training.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.training.TrainingServiceConfig;
import io.sketchstream.training.rollout.CatchUp.Progress;
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
  private static final int UNPROCESSABLE = 422;

  private final RolloutService rollout;
  private final long artifactSizeMax;

  ModelsResource(RolloutService rollout, TrainingServiceConfig config) {
    this.rollout = rollout;
    this.artifactSizeMax = config.artifactBytesMax().asLongValue();
  }

  /// All generations, the active one first.
  ///
  /// @param active empty when none is
  /// @param leading whether this instance takes changes
  /// @param trouble what is wrong with the rollout; empty when nothing is
  record Models(String active, boolean leading, String trouble, List<Model> models) {}

  /// One generation.
  ///
  /// @param backfill how far its backfill is; absent when it has none
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
      @JsonInclude(JsonInclude.Include.NON_NULL) Backfill backfill) {}

  /// How far a backfill is.
  ///
  /// @param fraction 0 to 1
  /// @param imagesToEmbed records of `images` that are left
  /// @param embeddingsToIndex embeddings that are left
  /// @param imagesPerSecond of the last half minute
  /// @param etaSeconds until it is ready, at that rate; absent while that is not known
  record Backfill(
      boolean paused,
      double fraction,
      long imagesToEmbed,
      long embeddingsToIndex,
      double imagesPerSecond,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long etaSeconds) {}

  @GET
  @Operation(summary = "All generations, with state, reason, metrics and progress")
  public Models list() {
    return describe(rollout.view().state());
  }

  @POST
  @Consumes({"application/zip", MediaType.APPLICATION_OCTET_STREAM})
  @Operation(
      summary = "Roll a model out",
      description = "Body: a zip archive of its manifest.json and model.safetensors")
  public Response add(
      InputStream archive, @QueryParam("reason") @DefaultValue("sent in by hand") String reason)
      throws IOException, BrokenModelException {
    Generation added;
    try (ArtifactUpload upload = ArtifactUpload.unpack(archive, artifactSizeMax)) {
      added = rollout.offer(upload.directory(), Map.of(), reason);
    }
    return Response.status(Response.Status.ACCEPTED)
        .header("Sketchstream-Generation", added.id())
        .entity(list())
        .build();
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
  @Path("/{generation}/pause")
  @Operation(summary = "Hold the backfill of a generation, in all instances")
  public Models pause(
      @PathParam("generation") String generation,
      @QueryParam("reason") @DefaultValue("paused by hand") String reason) {
    return describe(
        rollout.decide(rules -> before -> rules.pause(before, generation, true, reason)));
  }

  @POST
  @Path("/{generation}/resume")
  @Operation(summary = "Let the backfill of a generation go on")
  public Models resume(
      @PathParam("generation") String generation,
      @QueryParam("reason") @DefaultValue("resumed by hand") String reason) {
    return describe(
        rollout.decide(rules -> before -> rules.pause(before, generation, false, reason)));
  }

  @POST
  @Path("/rollback")
  @Operation(summary = "Serve the previous generation again")
  public Models rollback(@QueryParam("reason") @DefaultValue("rolled back by hand") String reason) {
    return describe(rollout.decide(rules -> before -> rules.rollback(before, reason)));
  }

  @GET
  @Path("/{generation}/report")
  @Produces("text/markdown;charset=UTF-8")
  @Operation(summary = "How a trained generation compares with the one before, for people")
  public byte[] report(@PathParam("generation") String generation) {
    return rollout.report(generation, "report.md");
  }

  @GET
  @Path("/{generation}/report.json")
  @Operation(summary = "How a trained generation compares with the one before, in numbers")
  public byte[] reportNumbers(@PathParam("generation") String generation) {
    return rollout.report(generation, "report.json");
  }

  @GET
  @Path("/{generation}/report.png")
  @Produces("image/png")
  @Operation(summary = "What some sketches find before and after")
  public byte[] reportPicture(@PathParam("generation") String generation) {
    return rollout.report(generation, "report.png");
  }

  @ServerExceptionMapper
  public Response refused(RolloutRefusedException refused) {
    Response.Status status =
        switch (refused.kind()) {
          case UNKNOWN_GENERATION -> Response.Status.NOT_FOUND;
          case CONFLICT -> Response.Status.CONFLICT;
          case NOT_HERE -> Response.Status.SERVICE_UNAVAILABLE;
        };
    Response.ResponseBuilder response =
        problem(status.getStatusCode(), status.getReasonPhrase(), refused.getMessage());
    if (status == Response.Status.SERVICE_UNAVAILABLE) {
      response.header("Retry-After", RETRY_SECONDS);
    }
    return response.build();
  }

  @ServerExceptionMapper
  public Response broken(BrokenModelException broken) {
    return problem(
            UNPROCESSABLE, "Unprocessable Content", "no usable model: " + broken.getMessage())
        .build();
  }

  private static Response.ResponseBuilder problem(int status, String title, String detail) {
    Map<String, Object> problem = new TreeMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    problem.put("detail", detail);
    return Response.status(status).type("application/problem+json").entity(problem);
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
        progress == null ? null : describe(model.getPaused(), progress));
  }

  private static Backfill describe(boolean paused, Progress progress) {
    boolean known = progress.secondsLeft().isPresent() && !paused;
    return new Backfill(
        paused,
        progress.fraction(),
        progress.imagesToEmbed(),
        progress.embeddingsToIndex(),
        progress.imagesPerSecond(),
        known ? progress.secondsLeft().getAsLong() : null);
  }
}
