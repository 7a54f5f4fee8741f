package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.cli.Server.Answer;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/// Removes all images that match a filter, page by page: each page is listed, then its ids are sent
/// in one call.
final class GalleryRemoval {
  private static final int PAGE_SIZE = 500;

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
  /// @throws CommandFailure when the server refuses; the command may be run again to continue
  int run(String filter, boolean waiting) throws InterruptedException {
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    LogPositions written = new LogPositions();
    long start = System.nanoTime();
    long removed = 0;
    String cursor = "";
    do {
      JsonNode page = page(filter, cursor);
      if (!page.path("images").isEmpty()) {
        Answer answer = send(page.path("images"));
        if (!answer.ok()) {
          progress.clear();
          throw new CommandFailure("%d images removed; %s".formatted(removed, answer.problem()));
        }
        // What somebody else removed meanwhile does not count.
        removed += answer.json().path("removed").asLong();
        written.add(answer.json().path("position").asText());
        progress.images("removing", removed, -1, (System.nanoTime() - start) / 1e9);
      }
      cursor = page.path("next").asText();
    } while (!cursor.isEmpty());
    progress.clear();
    boolean gone =
        !waiting
            || new SearchableWait(server, spec.commandLine().getErr())
                .await("removing them from the index", written);
    spec.commandLine().getOut().printf(Locale.ROOT, "%s: %d images removed%n", filter, removed);
    spec.commandLine().getOut().flush();
    return gone ? 0 : Main.FAILED;
  }

  private Answer send(JsonNode images) {
    ObjectNode body = Server.JSON.createObjectNode();
    ArrayNode ids = body.putArray("imageIds");
    images.forEach(image -> ids.add(image.path("imageId").asText()));
    return server.post(
        "/v1/images/delete", Map.of(), "application/json", body.toString().getBytes(UTF_8));
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
