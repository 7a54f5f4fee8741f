package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.Server.Answer;
import java.util.Map;

/// Checks whether searches see everything up to a position, by a search that requires it.
final class Searchable {
  private static final byte[] ANY_SKETCH = "[[[0,1],[0,1]]]".getBytes(UTF_8);
  private static final String TIMEOUT = "2s";
  private static final int PAUSE_MILLIS = 200;

  private final Server server;
  private final String after;
  private String reason = "";

  Searchable(Server server, String after) {
    this.server = server.patient();
    this.after = after;
  }

  /// Waits up to two seconds.
  ///
  /// @throws CommandFailure when the server can't answer at all
  boolean reached() throws InterruptedException {
    Answer answer =
        server.post(
            "/v1/search",
            Map.of("k", "1", "after", after, "timeout", TIMEOUT),
            "application/json",
            ANY_SKETCH);
    if (answer.ok()) {
      return true;
    }
    if (!answer.overloaded() && answer.status() != 408) {
      throw new CommandFailure(answer.problem());
    }
    reason = answer.problem();
    Thread.sleep(PAUSE_MILLIS); // A refusal may come at once.
    return false;
  }

  /// The server's reason why the last check failed.
  String reason() {
    return reason;
  }

  /// Number of records left to embed or to index.
  long lag() {
    Answer answer = server.get("/v1/status", Map.of());
    if (!answer.ok()) {
      return Long.MAX_VALUE;
    }
    JsonNode lag = answer.json().path("lag");
    return lag.path("images").asLong() + lag.path("embeddings").asLong();
  }
}
