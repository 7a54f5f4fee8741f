package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `demo` imports.
final class SampleGalleryTest {
  @TempDir private Path folder;

  @Test
  void unpacksTheSampleGalleryOnce() throws Exception {
    Path images = folder.resolve("cache/images");
    Files.createDirectories(images);
    for (String name :
        new String[] {"1f600", "1f44b-1f3fb", "1f408-200d-2b1b", "2600-fe0f", "1f1e9-1f1ea"}) {
      Files.createFile(images.resolve(name + ".webp"));
    }
    ImportSource gallery =
        new SampleGallery(folder.resolve("cache")).fetch(new PrintWriter(new StringWriter()));
    StringWriter titles = new StringWriter();

    gallery.each(
        new ImportSource.Visitor() {
          @Override
          public void image(ImportSource.Candidate candidate) {
            titles.append(candidate.title()).append('\n');
          }

          @Override
          public void unreadable(Path file, IOException reason) {}
        });

    assertEquals(
        """
        regional indicator symbol letter d + regional indicator symbol letter e
        cat + black large square
        grinning face
        black sun with rays
        """,
        titles.toString());
  }

  @Test
  void unpacksOnlyImages() throws IOException {
    Path packed = folder.resolve("emoji.tgz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(packed)))) {
      tar.putArchiveEntry(new TarArchiveEntry("package/"));
      tar.closeArchiveEntry();
      entry(tar, "package/assets/1f600.webp", "a");
      entry(tar, "package/../../1f601.webp", "b");
      entry(tar, "package/readme.md", "not taken");
    }
    Path images = folder.resolve("images");

    new SampleGallery(folder).unpack(packed, images);

    try (Stream<Path> files = Files.list(images)) {
      assertEquals(
          List.of("1f600.webp", "1f601.webp"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals("a", Files.readString(images.resolve("1f600.webp")));
    assertFalse(Files.exists(packed));
  }

  private static void entry(TarArchiveOutputStream tar, String name, String content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length());
    tar.putArchiveEntry(entry);
    tar.write(content.getBytes(UTF_8));
    tar.closeArchiveEntry();
  }
}
