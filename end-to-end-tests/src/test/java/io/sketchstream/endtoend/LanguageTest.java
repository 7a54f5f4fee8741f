package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stored data does not depend on the locale of the system, and a start leaves no files outside of
/// the home.
final class LanguageTest {
  private static final String[] MODEL = {"--model", TestModel.directory().toString()};

  @TempDir Path directory;

  @Test
  void findsTheGalleryUnderAnotherLocaleAndLeavesNoTemporaryFiles() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Path home = directory.resolve("home");
    List<String> persian =
        List.of("-Duser.language=fa", "-Duser.country=IR", "-Djava.io.tmpdir=" + temporary);
    try (StandaloneProcess first = StandaloneProcess.start(home, persian, MODEL)) {
      new GalleryClient(first.address()).put("one", Pictures.png(1));
      assertEquals(0, first.stop(), first.process()::report);
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.toList());
    }
    try (StandaloneProcess second = StandaloneProcess.start(home, MODEL)) {
      GalleryClient gallery = new GalleryClient(second.address());
      Await.until(
          "the image of the first start is in the gallery",
          Duration.ofMinutes(2),
          () -> gallery.status().at("/images/count").asLong() == 1,
          () -> gallery.status().toString());
    }
  }
}
