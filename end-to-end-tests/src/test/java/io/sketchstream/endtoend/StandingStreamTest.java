package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Searches that stay, over a stream of images, with two kills in the middle of it.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class StandingStreamTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int THERE = 30;
  private static final int COMING = 30;
  private static final byte[] NOTHING_DRAWN = {};

  @TempDir Path directory;

  @Test
  void streamsEachMatchOnceAcrossTwoKills() {
    Path home = directory.resolve("home");
    Set<String> expected = new TreeSet<>();
    try (StandaloneProcess first = start(home);
        GalleryClient gallery = new GalleryClient(first.address())) {
      String after = "";
      for (int i = 0; i < THERE; i++) {
        after = gallery.put("old-" + i + "?tags=alarm", Pictures.png(i)).position();
      }
      gallery.search(Pictures.png(0), 1, after);
      awaitIndexed(gallery, THERE);
      JsonNode alarm = gallery.watch("id=alarm&filter=tag:alarm", NOTHING_DRAWN);
      assertEquals("watching", alarm.get("state").asText(), alarm.toString());
      for (int i = 0; i < 3; i++) {
        gallery.watch("one_in=20&id=drawn-" + i, Pictures.png(1_000 + i));
      }
      comeIn(gallery, 0, COMING / 3, expected);
      first.kill();
    }
    try (StandaloneProcess second = start(home);
        GalleryClient gallery = new GalleryClient(second.address())) {
      comeIn(gallery, COMING / 3, 2 * COMING / 3, expected);
      second.kill();
    }
    try (StandaloneProcess third = start(home);
        GalleryClient gallery = new GalleryClient(third.address())) {
      comeIn(gallery, 2 * COMING / 3, COMING, expected);
      Await.until(
          "all that came in is told",
          SOON,
          () -> expected.equals(new TreeSet<>(gallery.matches("alarm"))),
          () -> "expected " + expected + "\n    told " + gallery.matches("alarm"));
      for (int i = 0; i < 3; i++) {
        String queryId = "drawn-" + i;
        assertTrue(
            gallery.matches(queryId).contains("new-" + i),
            queryId + " was told " + gallery.matches(queryId));
        assertTrue(gallery.matches(queryId).stream().noneMatch(id -> id.startsWith("old-")));
      }
      gallery.delete("new-1");
      expected.remove("new-1");
      Await.until(
          "the removed image is withdrawn",
          SOON,
          () -> expected.equals(new TreeSet<>(gallery.matches("alarm"))));
      assertEquals(0, third.stop(), third.process()::report);
    }
  }

  private static StandaloneProcess start(Path home) {
    return StandaloneProcess.start(home, "--model", TestModel.directory().toString());
  }

  private static void comeIn(GalleryClient gallery, int from, int to, Set<String> expected) {
    for (int i = from; i < to; i++) {
      gallery.put("new-" + i + "?tags=alarm", Pictures.png(1_000 + i));
      expected.add("new-" + i);
    }
  }

  private static void awaitIndexed(GalleryClient gallery, int count) {
    Await.until(
        count + " images are indexed",
        SOON,
        () -> gallery.status().at("/images/indexed").asLong() == count,
        () -> gallery.status().toPrettyString());
  }
}
