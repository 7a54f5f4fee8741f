package io.sketchstream.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.ingest.gallery.RefusedException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class FileDescriptionsTest {
  @TempDir Path folder;

  private final FileDescriptions descriptions = new FileDescriptions();

  @Test
  void refusesALargeFileBeforeItIsRead() throws Exception {
    Path huge = folder.resolve("huge.json");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(8L << 30); // No array holds it.
    }
    refused("8388608 bytes", () -> descriptions.add(huge));
  }

  @Test
  void boundsAllPartsTogether() throws Exception {
    String half = "{\"a\":{\"title\":\"" + "x".repeat(5 << 20) + "\"}}";
    descriptions.add(half);
    refused("8388608 bytes", () -> descriptions.add(half));
  }

  @Test
  void boundsTheNumberOfValues() {
    refused(
        "too many values",
        () -> descriptions.add("{\"a\":{\"tags\":[" + "\"\",".repeat(1_200_000) + "\"\"]}}"));
  }

  @Test
  void refusesWhatIsNotJson() throws Exception {
    Path latin1 = folder.resolve("latin1.json");
    Files.writeString(latin1, "{\"caf\u00e9.jpg\": {}}", StandardCharsets.ISO_8859_1);
    refused("UTF-8", () -> descriptions.add(latin1));
    refused("the part is null", () -> descriptions.add("null"));
    refused("the part does not have the expected type", () -> descriptions.add("[]"));
    refused("field 'f.tags' does not have", () -> descriptions.add("{\"f\":{\"tags\":7}}"));
    refused(
        "field 'f.titel' is not one of extra, id, tags, title, uri",
        () -> descriptions.add("{\"f\":{\"titel\":\"\"}}"));
    refused("not valid JSON", () -> descriptions.add("{"));
    refused("not valid JSON", () -> descriptions.add("{\"a\":{}} {\"b\":{}}"));
    refused("'a' is given twice", () -> descriptions.add("{\"a\":{},\"a\":{}}"));
  }

  private static void refused(String reason, Executable call) {
    RefusedException e = assertThrows(RefusedException.class, call);
    assertEquals(400, e.reason().status());
    assertTrue(e.getMessage().startsWith("attributes: "), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(!e.getMessage().contains("sketchstream"), e.getMessage());
  }
}
