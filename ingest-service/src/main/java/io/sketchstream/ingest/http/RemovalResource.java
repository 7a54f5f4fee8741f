package io.sketchstream.ingest.http;

import io.sketchstream.events.PositionTokens;
import io.sketchstream.ingest.IngestConfig;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.Parallel;
import io.sketchstream.ingest.gallery.Precondition;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.shell.access.Audited;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// `POST /v1/images/delete`: removes many images. What a filter matches is removed through the
/// query service, as this service has no index.
@Path("/v1/images")
@Tag(name = "images")
@RunOnVirtualThread
class RemovalResource {
  private final Intake intake;
  private final int concurrencyMax;

  RemovalResource(Intake intake, IngestConfig config) {
    this.intake = intake;
    this.concurrencyMax = Math.max(1, config.concurrencyMax() / 2);
  }

  /// The outcome.
  ///
  /// @param removed how many were removed
  /// @param absent how many were not in the gallery
  /// @param position position tokens: a search that carries them finds none of the images
  record Removed(long removed, long absent, String position) {
    private static Removed of(List<Outcome> outcomes) {
      List<String> positions =
          outcomes.stream().map(Outcome::position).flatMap(Optional::stream).toList();
      long failed = outcomes.stream().filter(Outcome::failed).count();
      String furthest =
          PositionTokens.parse(String.join(",", positions)).stream()
              .map(at -> PositionTokens.format(at.getPartition(), at.getOffset()))
              .collect(Collectors.joining(","));
      return new Removed(positions.size(), outcomes.size() - positions.size() - failed, furthest);
    }
  }

  /// @param position of the removal; empty when there was no such image
  /// @param problem why it is unknown whether the image was removed; empty otherwise
  private record Outcome(Optional<String> position, String problem) {
    boolean failed() {
      return !problem.isEmpty();
    }
  }

  /// The request body.
  ///
  /// @param imageIds 1 to 1000
  public record Ids(List<String> imageIds) {}

  @POST
  @Path("delete")
  @Audited
  @InGalleries
  @RequiresScope(Scope.INGEST)
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "deleteImages",
      summary = "Remove many images from the gallery",
      description =
          "Body: {\"imageIds\": [\"cat-1\", \"cat-2\"]}, 1 to 1000 ids. The call can safely be"
              + " repeated. `DELETE /v1/images?filter=...` removes what a filter matches.")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Ids.class)))
  @APIResponse(
      responseCode = "202",
      description = "None of the images is in the gallery any more; the removals are in Kafka",
      content = @Content(schema = @Schema(implementation = Removed.class)))
  @APIResponse(responseCode = "400", description = "No ids, or one is not valid; none is removed")
  @APIResponse(responseCode = "413", description = "More than 1000 ids; none is removed")
  @APIResponse(
      responseCode = "503",
      description = "Kafka did not acknowledge all; says how many were removed. Repeat the call")
  public Response delete(
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller,
      InputStream body)
      throws IOException {
    List<String> ids;
    try {
      ids = ImageIdList.parse(body.readAllBytes());
    } catch (RefusedException e) {
      throw new ProblemException(Problems.of(e, "delete"));
    }
    TraceContext trace = TraceContext.continuing(traceparent);
    GalleryLimit limit = GalleryLimit.of(caller);
    List<Outcome> outcomes = Parallel.map(ids, concurrencyMax, id -> remove(id, limit, trace));
    Removed removed = Removed.of(outcomes);
    Optional<Outcome> failure = outcomes.stream().filter(Outcome::failed).findFirst();
    if (failure.isPresent()) {
      throw new ProblemException(
          Problems.unavailable(
                  "%d of %d images could not be removed: %s"
                      .formatted(
                          ids.size() - removed.removed() - removed.absent(),
                          ids.size(),
                          failure.get().problem()))
              .with("removed", removed.removed())
              .with("absent", removed.absent())
              .with("position", removed.position()));
    }
    return Response.accepted(removed).build();
  }

  private Outcome remove(String id, GalleryLimit limit, TraceContext trace) {
    try {
      return new Outcome(intake.remove(id, limit, Precondition.NONE, trace), "");
    } catch (UnavailableException e) {
      return new Outcome(Optional.empty(), Objects.requireNonNullElse(e.getMessage(), "no reason"));
    }
  }
}
