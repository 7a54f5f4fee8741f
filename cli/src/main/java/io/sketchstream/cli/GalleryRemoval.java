package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.Server.Answer;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/// Removes all images that match a filter, page by page.
final class GalleryRemoval {
  private static final int PAGE_SIZE = 500;
  private static final int NOT_FOUND = 404;

  private final Server server;
  private final CommandSpec spec;

  GalleryRemoval(Server server, CommandSpec spec) {
    this.server = server;
    this.spec = spec;
  }

  /// How many images match.
  long count(String filter) {
    return page(filter, "").path("total").asLong();
  }

  /// @param waiting whether to wait until no search finds them any more
  /// @return the exit code of the command
  int run(String filter, boolean waiting) throws InterruptedException {
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    LogPositions written = new LogPositions();
    long start = System.nanoTime();
    long removed = 0;
    long failed = 0;
    String cursor = "";
    do {
      JsonNode page = page(filter, cursor);
      for (JsonNode image : page.path("images")) {
        Answer answer =
            server.delete("/v1/images/" + Server.encode(image.path("imageId").asText()));
        if (answer.ok()) {
          removed++;
          written.add(answer.json().path("position").asText());
        } else if (answer.status() != NOT_FOUND) { // Somebody else removed it.
          failed++;
        }
        progress.images("removing", removed, -1, (System.nanoTime() - start) / 1e9);
      }
      cursor = page.path("next").asText();
    } while (!cursor.isEmpty());
    progress.clear();
    boolean gone =
        !waiting
            || new SearchableWait(server, spec.commandLine().getErr())
                .await("removing them from the index", written);
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "%s: %d images removed, %d not%n", filter, removed, failed);
    spec.commandLine().getOut().flush();
    return failed == 0 && gone ? 0 : Main.FAILED;
  }

  private JsonNode page(String filter, String cursor) {
    return Server.expectJson(
        server.get(
            "/v1/images",
            Map.of(
                "limit",
                Integer.toString(PAGE_SIZE),
                "cursor",
                cursor,
                "filter",
                filter,
                "complete",
                "true")));
  }
}
