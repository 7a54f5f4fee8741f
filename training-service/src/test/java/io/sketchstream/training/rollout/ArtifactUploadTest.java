package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.BrokenModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArtifactUploadTest {
  private static final long SIZE_MAX = 4 << 20;

  @TempDir Path home;

  @Test
  void acceptsOnlyTheFilesOfAModel() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("../../evil/manifest.json", "{}".getBytes(UTF_8));
    entries.put("model/model.safetensors", new byte[1000]);
    entries.put("model/README.md", new byte[1000]);
    Path unpacked;
    try (ArtifactUpload upload = unpack(zip(entries))) {
      unpacked = upload.directory();
      try (Stream<Path> files = Files.list(unpacked)) {
        assertEquals(2, files.count());
      }
      assertEquals(1000, Files.size(unpacked.resolve("model.safetensors")));
    }
    assertFalse(Files.exists(unpacked));
  }

  /// Five megabytes that pack into a few kilobytes, in a file that nobody wants.
  @Test
  void countsWhatItSkips() throws Exception {
    assertRefused(Map.of("README.md", new byte[5 << 20]), "holds more than");
  }

  @Test
  void boundsTheManifest() throws Exception {
    assertRefused(Map.of("manifest.json", new byte[2 << 20]), "manifest.json is larger than");
  }

  @Test
  void boundsTheEntries() throws Exception {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i <= 100; i++) {
      many.put("file-" + i, new byte[0]);
    }
    assertRefused(many, "more than 100 entries");
  }

  private void assertRefused(Map<String, byte[]> entries, String reason) throws Exception {
    InputStream archive = zip(entries);
    BrokenModelException refused = assertThrows(BrokenModelException.class, () -> unpack(archive));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    try (Stream<Path> left = Files.list(home)) {
      assertEquals(0, left.count());
    }
  }

  private ArtifactUpload unpack(InputStream archive) throws IOException, BrokenModelException {
    return ArtifactUpload.unpack(archive, home, ArtifactUpload.MODEL, SIZE_MAX);
  }

  private static InputStream zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }
}
