package io.sketchstream.query.http;

import io.sketchstream.events.Sketch;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.standing.StandingEntry;
import io.sketchstream.query.standing.StandingQueries;
import io.sketchstream.query.standing.StandingRegistry;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.openapi.ApiDescription;
import io.sketchstream.shell.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// `/v1/standing-queries`: searches that stay and report new images that match.
@Path("/v1/standing-queries")
@Produces(MediaType.APPLICATION_JSON)
public final class StandingResource {
  private static final Duration WRITE_MAX = Duration.ofSeconds(5);

  /// How long a caller waits until its sketch is accepted or refused.
  private static final Duration VERDICT_MAX = Duration.ofSeconds(3);

  private final QueryBeans query;
  private final InstantSource clock = InstantSource.system();

  StandingResource(QueryBeans query) {
    this.query = query;
  }

  /// The standing queries, oldest first.
  public record Listed(List<StandingView> standingQueries) {}

  @POST
  @TakesBody(kind = BodyKind.SEARCH, limit = "query.sketch-bytes-max")
  @RequiresScope(Scope.LABEL)
  @RunOnVirtualThread
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "registerStandingQuery",
      summary = "Register a standing query, which watches for new images",
      description =
          "Body: a sketch as for a search, with `photo=true` a photo, or empty with `like`, `filter`"
              + " or `text`. A new image matches if it meets all conditions given; images already in"
              + " the gallery do not. A `webhook` is called for each match and each withdrawal,"
              + " signed with its secret.")
  @RequestBody(
      required = false,
      content =
          @Content(
              mediaType = ApiDescription.SKETCH,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "201",
      description = "It is registered and applies to images from now on",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = StandingView.class)))
  public Response register(InputStream body, @BeanParam StandingParameters parameters)
      throws IOException, InterruptedException {
    StandingQuery asked = parameters.query(sketch(body), clock.instant());
    QueryEngine engine = Ready.engine(query);
    StandingQueries standing = engine.standing();
    StandingRegistry registry = standing.registry();
    checkDestination(engine, asked);
    if (!registry.hasRoomFor(asked.getQueryId())) {
      throw new ProblemException(
          429, "there are " + registry.all().size() + " standing queries already: remove one");
    }
    write(() -> registry.register(asked, WRITE_MAX));
    StandingEntry entry = StandingEntry.of(asked.getQueryId(), asked);
    String refusal = standing.awaitVerdict(entry, VERDICT_MAX);
    if (!refusal.isEmpty()) {
      write(() -> registry.remove(entry.id(), WRITE_MAX));
      throw new ProblemException(400, refusal);
    }
    return Response.created(URI.create("/v1/standing-queries/" + entry.id()))
        .entity(view(entry, engine, parameters, asked))
        .build();
  }

  private static void checkDestination(QueryEngine engine, StandingQuery asked) {
    try {
      engine.standing().registry().check(asked);
      if (asked.hasWebhook()) {
        engine.webhooks().check(asked.getWebhook().getUrl());
      }
    } catch (IllegalArgumentException e) {
      throw new ProblemException(400, e.getMessage());
    }
  }

  /// A generated secret is shown only in this answer.
  private static StandingView view(
      StandingEntry entry, QueryEngine engine, StandingParameters parameters, StandingQuery asked) {
    StandingView view = StandingView.of(entry, engine);
    return asked.hasWebhook() && !parameters.givesSecret()
        ? view.withSecret(asked.getWebhook().getSecret())
        : view;
  }

  private static Optional<Sketch> sketch(InputStream body) throws IOException {
    byte[] bytes = body.readAllBytes();
    return bytes.length == 0 ? Optional.empty() : Optional.of(SketchBody.of(bytes));
  }

  @GET
  @RunOnVirtualThread
  @Operation(operationId = "listStandingQueries", summary = "All standing queries, oldest first")
  public Listed list() {
    QueryEngine engine = Ready.engine(query);
    return new Listed(
        engine.standing().registry().all().stream()
            .map(entry -> StandingView.of(entry, engine))
            .sorted(Comparator.comparing(StandingView::createdAt).thenComparing(StandingView::id))
            .toList());
  }

  @GET
  @Path("/{id}")
  @RunOnVirtualThread
  @Operation(operationId = "getStandingQuery", summary = "One standing query")
  public StandingView get(@PathParam("id") String id) {
    QueryEngine engine = Ready.engine(query);
    return StandingView.of(find(engine.standing(), id), engine);
  }

  @DELETE
  @Path("/{id}")
  @RequiresScope(Scope.LABEL)
  @RunOnVirtualThread
  @Operation(operationId = "removeStandingQuery", summary = "Remove one; its matches stay")
  public void remove(@PathParam("id") String id) throws InterruptedException {
    StandingQueries standing = Ready.engine(query).standing();
    StandingEntry entry = find(standing, id);
    write(() -> standing.registry().remove(entry.id(), WRITE_MAX));
  }

  static StandingEntry find(StandingQueries standing, String id) {
    return standing
        .registry()
        .find(id)
        .orElseThrow(() -> new ProblemException(404, absence(standing, id)));
  }

  private static String absence(StandingQueries standing, String id) {
    String absent = "there is no standing query '%.100s'".formatted(id);
    return standing
        .registry()
        .refusal(id)
        .map(reason -> "%s: it was refused, %.1000s".formatted(absent, reason))
        .orElse(absent);
  }

  private interface Write {
    void run() throws InterruptedException, TimeoutException, ExecutionException;
  }

  private static void write(Write write) throws InterruptedException {
    try {
      write.run();
    } catch (TimeoutException | ExecutionException e) {
      throw new ProblemException(503, "Kafka can't be reached");
    }
  }
}
