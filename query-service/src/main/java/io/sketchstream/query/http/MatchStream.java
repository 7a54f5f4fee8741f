package io.sketchstream.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.standing.MatchCursor;
import io.sketchstream.query.standing.MatchEvent;
import io.sketchstream.query.standing.MatchView;
import io.sketchstream.query.standing.RecentMatches;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// Writes matches as server-sent events until the caller hangs up: `match` and `withdrawal`, and a
/// comment now and then as a heartbeat in both directions. A caller that reads too slowly gets
/// `overflow` and is disconnected; the list of the latest matches has what it missed.
///
/// The id of each event is the cursor after it, so a caller that reconnects with it continues
/// there, in any process. If this process no longer has all events since, the event `missed` comes
/// first.
///
/// **Threads:** the caller's, which it keeps.
final class MatchStream {
  private static final int WAITING_MAX = 1_000;
  private static final Duration ALIVE_INTERVAL = Duration.ofSeconds(10);

  private final RecentMatches log;
  private final String queryId;
  private final ObjectMapper json;
  private final UnaryOperator<String> uris;
  private final Optional<MatchCursor> last;
  private final BlockingQueue<MatchEvent> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Map<Integer, Long> sent = new HashMap<>();
  private volatile boolean overflowed;

  /// @param queryId whose matches; empty for all
  /// @param uris what the caller sees of them
  /// @param last the id of the last event that the caller has; empty at its first call
  MatchStream(
      RecentMatches log,
      String queryId,
      ObjectMapper json,
      UnaryOperator<String> uris,
      Optional<MatchCursor> last) {
    this.last = last;
    this.log = log;
    this.queryId = queryId;
    this.json = json;
    this.uris = uris;
  }

  /// @throws IOException when the caller has hung up
  void write(OutputStream out) throws IOException {
    MatchCursor start = log.cursor();
    MatchCursor from = last.orElse(start);
    Runnable end =
        log.listen(
            queryId,
            match -> {
              if (!waiting.offer(match)) {
                overflowed = true;
              }
            });
    try {
      send(out, ": watching\nid: " + from + "\n\n");
      resume(out, from, start);
      while (!overflowed) {
        MatchEvent match = waiting.poll(ALIVE_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        if (match == null) {
          send(out, ":\n\n");
        } else {
          sendOnce(out, match);
        }
      }
      send(out, "event: overflow\ndata: {}\n\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.run();
    }
  }

  /// Sends what came between the last event of the caller, or its call, and the first that it
  /// hears.
  private void resume(OutputStream out, MatchCursor from, MatchCursor start) throws IOException {
    Optional<List<MatchEvent>> between = log.since(from, queryId);
    if (between.isEmpty()) {
      send(out, "event: missed\ndata: {}\nid: " + start + "\n\n");
      return;
    }
    sent.putAll(from.offsets()); // This process may be behind the one that the caller comes from.
    for (MatchEvent match : between.get()) {
      sendOnce(out, match);
    }
  }

  /// Events of one partition are in order; those that were already sent are skipped.
  private void sendOnce(OutputStream out, MatchEvent match) throws IOException {
    if (match.offset() >= sent.getOrDefault(match.partition(), 0L)) {
      sent.put(match.partition(), match.offset() + 1);
      send(out, event(match.event(), match.next()));
    }
  }

  private String event(StandingQueryMatched match, MatchCursor next) throws IOException {
    return "event: "
        + (match.getWithdrawn() ? "withdrawal" : "match")
        + "\nid: "
        + next
        + "\ndata: "
        + json.writeValueAsString(MatchView.of(match, uris)) // One line: JSON escapes line ends.
        + "\n\n";
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
