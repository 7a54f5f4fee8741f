package io.sketchstream.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Packs the files of a trained model for upload.
final class ModelArchive {
  private static final List<String> FILES = List.of("manifest.json", "model.safetensors");

  private ModelArchive() {}

  /// @throws CommandFailure when the directory holds no model
  static byte[] of(Path directory) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(Deflater.NO_COMPRESSION); // Weights do not get smaller.
      for (String name : FILES) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
          throw new CommandFailure(directory + " holds no model: there is no " + name);
        }
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
      }
    } catch (IOException e) {
      throw new CommandFailure(directory + " can't be read: " + Reasons.withFile(e));
    }
    return bytes.toByteArray();
  }
}
