package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/// A model artifact that came as a zip archive, unpacked into a directory of its own. Only the
/// files of an artifact are taken; nothing in the archive decides where anything is written.
///
/// **Owns:** the directory, until [#close].
final class ArtifactUpload implements AutoCloseable {
  private static final Set<String> FILES =
      Set.of(ModelArtifact.MANIFEST, ModelArtifact.WEIGHTS, "reference.json");
  private static final int BUFFER_SIZE = 1 << 16;

  private final Path directory;

  private ArtifactUpload(Path directory) {
    this.directory = directory;
  }

  /// @param sizeMax most bytes, unpacked
  /// @throws BrokenModelException when it is no archive, or too large
  static ArtifactUpload unpack(InputStream archive, long sizeMax)
      throws IOException, BrokenModelException {
    ArtifactUpload upload = new ArtifactUpload(Files.createTempDirectory("sketchstream-artifact-"));
    boolean whole = false;
    try {
      upload.read(archive, sizeMax);
      whole = true;
      return upload;
    } catch (ZipException e) {
      throw new BrokenModelException("not a zip archive: " + e.getMessage(), e);
    } finally {
      if (!whole) {
        upload.close();
      }
    }
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private void read(InputStream archive, long sizeMax) throws IOException, BrokenModelException {
    ZipInputStream zip = new ZipInputStream(archive);
    long left = sizeMax;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
      if (!FILES.contains(name)) {
        continue; // A model card, for instance.
      }
      left -= copy(zip, directory.resolve(name), left);
      if (left < 0) {
        throw new BrokenModelException("the archive holds more than " + sizeMax + " bytes");
      }
    }
  }

  /// @return how many bytes there were, or more than allowed
  private static long copy(InputStream in, Path file, long sizeMax) throws IOException {
    long size = 0;
    byte[] buffer = new byte[BUFFER_SIZE];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = in.read(buffer); read >= 0 && size <= sizeMax; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        size += read;
      }
    }
    return size;
  }
}
