package io.sketchstream.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.standing.MatchLog;
import io.sketchstream.query.standing.MatchView;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// Writes matches as server-sent events until the caller hangs up: `match` and `withdrawal`, and a
/// comment now and then as a heartbeat in both directions. A caller that reads too slowly gets
/// `overflow` and is disconnected; the list of the latest matches has what it missed.
///
/// **Threads:** the caller's, which it keeps.
final class MatchStream {
  private static final int WAITING_MAX = 1_000;
  private static final Duration ALIVE_INTERVAL = Duration.ofSeconds(10);

  private final MatchLog log;
  private final String queryId;
  private final ObjectMapper json;
  private final UnaryOperator<String> uris;
  private final BlockingQueue<StandingQueryMatched> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private volatile boolean overflowed;

  /// @param queryId whose matches; empty for all
  /// @param uris what the caller sees of them
  MatchStream(MatchLog log, String queryId, ObjectMapper json, UnaryOperator<String> uris) {
    this.log = log;
    this.queryId = queryId;
    this.json = json;
    this.uris = uris;
  }

  /// @throws IOException when the caller has hung up
  void write(OutputStream out) throws IOException {
    Runnable end =
        log.listen(
            queryId,
            match -> {
              if (!waiting.offer(match)) {
                overflowed = true;
              }
            });
    try {
      send(out, ": watching\n\n");
      while (!overflowed) {
        StandingQueryMatched match = waiting.poll(ALIVE_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        send(out, match == null ? ":\n\n" : event(match));
      }
      send(out, "event: overflow\ndata: {}\n\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.run();
    }
  }

  private String event(StandingQueryMatched match) throws IOException {
    return "event: "
        + (match.getWithdrawn() ? "withdrawal" : "match")
        + "\ndata: "
        + json.writeValueAsString(MatchView.of(match, uris)) // One line: JSON escapes line ends.
        + "\n\n";
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
