package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// Shows the progress of a backfill.
final class RolloutWatch {
  private static final int POLL_MILLIS = 500;

  private final Server server;
  private final ProgressLine progress;

  RolloutWatch(Server server, PrintWriter err) {
    this.server = server;
    this.progress = new ProgressLine(err);
  }

  /// Returns when no backfill is running or about to start.
  void untilOver() throws InterruptedException {
    for (Optional<JsonNode> coming = coming(); coming.isPresent(); coming = coming()) {
      JsonNode model = coming.get();
      progress.share(
          model.path("generation").asText(),
          model.at("/backfill/fraction").asDouble(),
          model.has("backfill") ? text(model.path("backfill")) : model.path("state").asText());
      Thread.sleep(POLL_MILLIS);
    }
    progress.clear();
  }

  /// Formats one backfill as a line.
  static String text(JsonNode backfill) {
    long embed = backfill.path("imagesToEmbed").asLong();
    long index = backfill.path("embeddingsToIndex").asLong();
    String left =
        embed > 0
            ? String.format(Locale.ROOT, "%,d to embed", embed)
            : index > 0 ? String.format(Locale.ROOT, "%,d to index", index) : "almost there";
    String rate =
        backfill.path("paused").asBoolean()
            ? "paused"
            : String.format(
                Locale.ROOT, "%.0f images/s", backfill.path("imagesPerSecond").asDouble());
    String eta =
        backfill.has("etaSeconds")
            ? ", " + Durations.text(backfill.path("etaSeconds").asDouble()) + " left"
            : "";
    double percent = Math.floor(100 * backfill.path("fraction").asDouble());
    return String.format(Locale.ROOT, "backfill %.0f%%, %s, %s%s", percent, left, rate, eta);
  }

  private Optional<JsonNode> coming() {
    JsonNode models = Server.expectJson(server.get("/v1/models", Map.of())).path("models");
    return StreamSupport.stream(models.spliterator(), false)
        .filter(model -> model.path("state").asText().matches("REGISTERED|BACKFILLING"))
        .max(
            java.util.Comparator.comparing(
                model -> model.path("state").asText().equals("BACKFILLING")));
  }
}
