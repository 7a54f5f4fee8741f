package io.sketchstream.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.events.Sketch;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.access.InGalleries;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.problem.StrictJson;
import io.sketchstream.shell.problem.UnexpectedFailure;
import io.sketchstream.shell.threads.SteadyClock;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// `POST /v1/search/batch`: several sketches in, an answer to each out. They are embedded together;
/// one after the other, each would wait for a forward pass of its own.
///
/// **Threads:** a virtual one for each search of a request, as many as a request may hold.
@Path("/v1/search/batch")
public final class BatchSearchResource {
  private static final String SEARCHES = "searches";
  private static final String STROKES = "strokes";
  private static final String SKETCH = "sketch";

  private final QueryBeans query;
  private final QueryConfig config;
  private final FileUris uris;

  BatchSearchResource(QueryBeans query, QueryConfig config, FileUris uris) {
    this.query = query;
    this.config = config;
    this.uris = uris;
  }

  /// @param answers one for each search, in their order
  public record BatchAnswers(List<BatchAnswer> answers) {}

  /// Either an answer or a problem.
  ///
  /// @param answer what the search found; absent where it failed
  /// @param problem why it has no answer, as a search alone would say it; absent where it has one
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record BatchAnswer(SearchResponse answer, Problem problem) {}

  /// What is the same for all searches of a batch.
  ///
  /// @param uris what the caller sees of them
  private record Asked(
      QueryEngine engine, SearchQuery query, String traceparent, UnaryOperator<String> uris) {}

  /// One search of a batch.
  ///
  /// @param problem why it has no sketch; null where it has one
  private record Given(Sketch sketch, Problem problem) {
    static Given of(JsonNode search, int number) {
      try {
        return new Given(BatchSearchResource.sketch(search, number), null);
      } catch (ProblemException e) {
        return new Given(null, e.problem());
      }
    }
  }

  /// The request body; the parameters in the URL apply to all searches.
  public record Searches(
      @Schema(description = "Each {\"strokes\": ...} or {\"sketch\": \"base64 of a file\"}")
          List<Object> searches) {}

  @POST
  @TakesBody(kind = BodyKind.SEARCH, limit = "query.batch-bytes-max")
  @InGalleries
  @RequiresScope(Scope.READ)
  @RunOnVirtualThread
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "searchBatch",
      summary = "Search by several sketches at once",
      description =
          "Body: {\"searches\": [{\"strokes\": [[[x, ...], [y, ...]], ...]}, {\"sketch\": \"base64"
              + " of a file\"}, ...]}; the parameters apply to all of them. A search that fails has"
              + " a problem in place of its answer. `query.batch-max` limits their number.")
  @RequestBody(content = @Content(schema = @Schema(implementation = Searches.class)))
  @APIResponse(responseCode = "200", description = "An answer or a problem for each, in order")
  @APIResponse(responseCode = "400", description = "The body or a parameter is not valid")
  @APIResponse(responseCode = "404", description = "There is no such generation")
  @APIResponse(responseCode = "409", description = "The generation is retired or rejected")
  @APIResponse(responseCode = "413", description = "The body is larger than query.batch-bytes-max")
  public BatchAnswers search(
      InputStream body,
      @BeanParam SearchParameters parameters,
      @HeaderParam("traceparent") String traceparent,
      @Context RoutingContext caller)
      throws IOException, InterruptedException, SearchFailure {
    SearchQuery given = parameters.query(config, SteadyClock.INSTANCE, caller);
    QueryEngine engine = Ready.engine(query);
    Ready.requireGeneration(engine, given);
    SearchQuery asked = new Reach(engine, caller).within(given);
    List<Given> searches = given(body, config.batchMax());
    Asked every =
        new Asked(engine, asked, traceparent == null ? "" : traceparent, uris.shownTo(caller));
    List<Future<BatchAnswer>> coming = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < searches.size(); i++) {
        int number = i;
        coming.add(threads.submit(() -> answer(searches.get(number), every)));
      }
      return new BatchAnswers(answers(coming));
    }
  }

  /// All sketches of a batch. What their JSON takes in memory, many times its size, is not held
  /// while they are searched.
  private static List<Given> given(InputStream body, int max) throws IOException {
    List<JsonNode> searches = searches(body, max);
    return IntStream.range(0, searches.size())
        .mapToObj(number -> Given.of(searches.get(number), number))
        .toList();
  }

  /// A defect that one search meets does not fail the others.
  static List<BatchAnswer> answers(List<Future<BatchAnswer>> coming) throws InterruptedException {
    List<BatchAnswer> answers = new ArrayList<>();
    for (Future<BatchAnswer> answer : coming) {
      try {
        answers.add(answer.get());
      } catch (ExecutionException e) {
        answers.add(new BatchAnswer(null, UnexpectedFailure.problem(e.getCause())));
      }
    }
    return answers;
  }

  /// @param max how many searches one request may hold
  static List<JsonNode> searches(InputStream body, int max) throws IOException {
    JsonNode batch =
        StrictJson.object(
            "the batch",
            "{\"searches\": [{\"strokes\": []}]}",
            body.readAllBytes(),
            reason -> new ProblemException(400, reason));
    requireOnly("the batch", batch, Set.of(SEARCHES));
    JsonNode searches = batch.path(SEARCHES);
    if (!searches.isArray() || searches.isEmpty() || searches.size() > max) {
      throw new ProblemException(
          400, "searches is not an array of 1 to %d searches (query.batch-max)".formatted(max));
    }
    return searches.valueStream().toList();
  }

  private static void requireOnly(String what, JsonNode object, Set<String> known) {
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!known.contains(name)) {
        throw new ProblemException(
            400,
            "%s has no field '%.100s'; parameters for all searches belong in the URL"
                .formatted(what, name));
      }
    }
  }

  private static BatchAnswer answer(Given given, Asked every) throws InterruptedException {
    if (given.problem() != null) {
      return new BatchAnswer(null, given.problem());
    }
    long start = System.nanoTime();
    try {
      every.engine().searches().check(every.query());
      var answer =
          every.engine().searches().search(given.sketch(), every.query(), every.traceparent());
      long nanos = System.nanoTime() - start;
      every.engine().metrics().searched(nanos);
      return new BatchAnswer(SearchResponse.of(answer, every.uris(), nanos), null);
    } catch (SearchFailure e) {
      return new BatchAnswer(null, SearchFailureMapper.problem(e));
    }
  }

  static Sketch sketch(JsonNode search, int number) {
    requireOnly("search " + number, search, Set.of(STROKES, SKETCH));
    if (search.hasNonNull(STROKES) && search.hasNonNull(SKETCH)) {
      throw new ProblemException(
          400, "search %d has both strokes and sketch: give one of them".formatted(number));
    }
    try {
      if (search.hasNonNull(STROKES)) {
        if (!search.get(STROKES).isContainerNode()) {
          throw new ProblemException(400, "search %d: strokes is not a list".formatted(number));
        }
        return SketchBody.of(search.get(STROKES).toString().getBytes(UTF_8));
      }
      if (search.path(SKETCH).isTextual() && search.get(SKETCH).binaryValue().length > 0) {
        return SketchBody.of(search.get(SKETCH).binaryValue());
      }
    } catch (IOException e) {
      throw new ProblemException(400, "search %d: sketch is not base64".formatted(number));
    }
    throw new ProblemException(
        400, "search %d has neither strokes nor a sketch in base64".formatted(number));
  }
}
