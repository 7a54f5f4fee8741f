package io.sketchstream.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.standing.MatchNews;
import io.sketchstream.query.standing.MatchPlace;
import io.sketchstream.query.standing.MatchView;
import io.sketchstream.query.standing.RecentNews;
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
/// The id of each event is the place after it, so a caller that comes back with it goes on there,
/// in any process. Where that is not known any more, it is told `missed` first.
///
/// **Threads:** the caller's, which it keeps.
final class MatchStream {
  private static final int WAITING_MAX = 1_000;
  private static final Duration ALIVE_INTERVAL = Duration.ofSeconds(10);

  private final RecentNews log;
  private final String queryId;
  private final ObjectMapper json;
  private final UnaryOperator<String> uris;
  private final Optional<MatchPlace> last;
  private final BlockingQueue<MatchNews> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Map<Integer, Long> sent = new HashMap<>();
  private volatile boolean overflowed;

  /// @param queryId whose matches; empty for all
  /// @param uris what the caller sees of them
  /// @param last the id of the last event that the caller has; empty at its first call
  MatchStream(
      RecentNews log,
      String queryId,
      ObjectMapper json,
      UnaryOperator<String> uris,
      Optional<MatchPlace> last) {
    this.last = last;
    this.log = log;
    this.queryId = queryId;
    this.json = json;
    this.uris = uris;
  }

  /// @throws IOException when the caller has hung up
  void write(OutputStream out) throws IOException {
    MatchPlace start = log.place();
    MatchPlace from = last.orElse(start);
    Runnable end =
        log.listen(
            queryId,
            news -> {
              if (!waiting.offer(news)) {
                overflowed = true;
              }
            });
    try {
      send(out, ": watching\nid: " + from + "\n\n");
      resume(out, from, start);
      while (!overflowed) {
        MatchNews news = waiting.poll(ALIVE_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        if (news == null) {
          send(out, ":\n\n");
        } else {
          sendOnce(out, news);
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
  private void resume(OutputStream out, MatchPlace from, MatchPlace start) throws IOException {
    Optional<List<MatchNews>> between = log.since(from, queryId);
    if (between.isEmpty()) {
      send(out, "event: missed\ndata: {}\nid: " + start + "\n\n");
      return;
    }
    sent.putAll(from.offsets()); // This process may be behind the one that the caller comes from.
    for (MatchNews news : between.get()) {
      sendOnce(out, news);
    }
  }

  /// News of one partition are in order; those that were sent are passed over.
  private void sendOnce(OutputStream out, MatchNews news) throws IOException {
    if (news.offset() >= sent.getOrDefault(news.partition(), 0L)) {
      sent.put(news.partition(), news.offset() + 1);
      send(out, event(news.event(), news.next()));
    }
  }

  private String event(StandingQueryMatched match, MatchPlace next) throws IOException {
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
