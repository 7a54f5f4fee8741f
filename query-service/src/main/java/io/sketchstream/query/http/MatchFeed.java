package io.sketchstream.query.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.standing.MatchCursor;
import io.sketchstream.query.standing.MatchLog;
import io.sketchstream.query.standing.MatchView;
import io.sketchstream.shell.access.FileUris;
import io.sketchstream.shell.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/// The matches of standing queries over HTTP: the latest as JSON, and new ones as server-sent
/// events for a bounded number of callers.
@Singleton
final class MatchFeed {
  /// Of a call for matches, in the description of the API.
  static final String DESCRIPTION =
      "The latest, newest first. With Accept: text/event-stream, new ones as they occur, as"
          + " events `match` and `withdrawal`. Last-Event-ID continues after that event; `missed`"
          + " says that some between are not known any more. `overflow`: read too slowly.";

  /// Of its answer.
  static final String ANSWER = "The latest matches, or new ones as events";

  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final int LIMIT_DEFAULT = 50;
  private static final int LIMIT_MAX = 1000;

  private final ObjectMapper json;
  private final Semaphore listeners;
  private final FileUris uris;

  @Inject
  MatchFeed(QueryConfig config, ObjectMapper json, FileUris uris) {
    this(config.standing().listenersMax(), json, uris);
  }

  MatchFeed(int listenersMax, ObjectMapper json, FileUris uris) {
    this.uris = uris;
    this.json = json;
    this.listeners = new Semaphore(listenersMax);
  }

  /// Newest first.
  public record Latest(List<MatchView> matches) {}

  /// @param id whose; empty for all
  /// @param accept what the caller wants; JSON where it does not ask for events
  Response answer(MatchLog log, String id, String limit, String accept, RoutingContext caller) {
    UnaryOperator<String> shown = uris.shownTo(caller);
    return accept != null && accept.contains(MediaType.SERVER_SENT_EVENTS)
        ? live(log, id, shown, last(caller.request().getHeader(LAST_EVENT_ID)))
        : Response.ok(latest(log, id, limit, shown), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static Latest latest(MatchLog log, String id, String limit, UnaryOperator<String> shown) {
    int count = SearchParameters.count("limit", limit, LIMIT_DEFAULT);
    if (count < 1 || count > LIMIT_MAX) {
      throw new ProblemException(400, "limit is " + count + ", not 1 to " + LIMIT_MAX);
    }
    return new Latest(
        log.latest(id, count).stream().map(match -> MatchView.of(match, shown)).toList());
  }

  private static Optional<MatchCursor> last(String given) {
    if (given == null || given.isBlank()) {
      return Optional.empty();
    }
    Optional<MatchCursor> cursor = MatchCursor.parse(given.strip());
    if (cursor.isEmpty()) {
      throw new ProblemException(
          400, "%s is '%.100s', not the id of an event".formatted(LAST_EVENT_ID, given));
    }
    return cursor;
  }

  Response live(MatchLog log, String id, UnaryOperator<String> shown, Optional<MatchCursor> last) {
    if (listeners.availablePermits() == 0) {
      throw full();
    }
    StreamingOutput output =
        out -> {
          // Here, and not before: an answer that is never written must not keep its slot.
          if (!listeners.tryAcquire()) {
            throw full();
          }
          try {
            new MatchStream(log.recent(), id, json, shown, last).write(out);
          } finally {
            listeners.release();
          }
        };
    return Response.ok(output, MediaType.SERVER_SENT_EVENTS_TYPE)
        .header("Cache-Control", "no-store")
        .build();
  }

  private static ProblemException full() {
    return new ProblemException(
        429, "too many callers receive matches live (query.standing.listeners-max)");
  }
}
