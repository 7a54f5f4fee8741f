package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The labels of an export: those of the exported images, and those of sketches, whose lines
/// contain the sketch.
final class LabelExport {
  private static final int PAGE_LABELS_MAX = 1_000;
  private static final int PAGE_CHARS_MAX = 4 << 20;

  private final GalleryArchive.Writer archive;
  private final Set<String> exported;
  private final boolean sketches;
  private final List<String> page = new ArrayList<>();
  private long pageChars;
  private long count;

  /// @param exported ids of the images that were exported
  /// @param sketches whether to include labelled sketches, which belong to no image
  LabelExport(GalleryArchive.Writer archive, Set<String> exported, boolean sketches) {
    this.archive = archive;
    this.exported = exported;
    this.sketches = sketches;
  }

  /// @param lines file that holds all labels first, as their total size is unknown
  /// @return how many were added to the archive
  long run(Server server, Path lines) throws IOException {
    Server.Answer answer = server.download("/v1/labels/export", lines);
    if (!answer.ok()) {
      throw new CommandFailure("the labels: " + answer.problem());
    }
    try (BufferedReader reader = Files.newBufferedReader(lines, UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode label = Server.JSON.readTree(line);
        if (label.hasNonNull("imageId")
            ? exported.contains(label.path("imageId").asText())
            : sketches) {
          add(line);
        }
      }
    }
    flush();
    return count;
  }

  private void add(String line) throws IOException {
    page.add(line);
    pageChars += line.length();
    count++;
    if (page.size() == PAGE_LABELS_MAX || pageChars >= PAGE_CHARS_MAX) {
      flush();
    }
  }

  private void flush() throws IOException {
    archive.addLabels(page);
    page.clear();
    pageChars = 0;
  }
}
