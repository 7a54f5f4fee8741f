package io.sketchstream.training.rollout;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/// An uploaded model artifact: a zip archive, unpacked into a directory of its own. Only the files
/// of an artifact are taken; nothing in the archive decides where anything is written. Everything
/// is bounded: the unpacked bytes, those of skipped entries included, the small files, and the
/// entries.
///
/// **Owns:** the directory, until [#close].
final class ArtifactUpload implements AutoCloseable {
  /// What a model is made of.
  static final Set<String> MODEL =
      Set.of(ModelArtifact.MANIFEST, ModelArtifact.WEIGHTS, "reference.json");

  /// A model with the report on it.
  static final Set<String> WITH_REPORT =
      Set.of(
          ModelArtifact.MANIFEST,
          ModelArtifact.WEIGHTS,
          "reference.json",
          "report.md",
          "report.json",
          "report.png");

  private static final String PREFIX = "upload-";
  private static final int ENTRIES_MAX = 100;
  private static final long SMALL_FILE_SIZE_MAX = 1 << 20;
  private static final int BUFFER_SIZE = 1 << 16;

  private final Path directory;
  private final Set<String> files;
  private final long sizeMax;
  private long left;

  private ArtifactUpload(Path directory, Set<String> files, long sizeMax) {
    this.directory = directory;
    this.files = files;
    this.sizeMax = sizeMax;
    this.left = sizeMax;
  }

  /// @param parent of the directory; made if need be
  /// @param files that are taken, [#MODEL] for instance
  /// @param sizeMax most bytes, unpacked
  /// @throws BrokenModelException when it is not an archive, or too large
  static ArtifactUpload unpack(InputStream archive, Path parent, Set<String> files, long sizeMax)
      throws IOException, BrokenModelException {
    Files.createDirectories(parent);
    ArtifactUpload upload =
        new ArtifactUpload(Files.createTempDirectory(parent, PREFIX), files, sizeMax);
    boolean whole = false;
    try {
      upload.read(archive);
      whole = true;
      return upload;
    } catch (ZipException e) {
      throw new BrokenModelException("not a zip archive: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new BrokenModelException("the archive is truncated", e);
    } finally {
      if (!whole) {
        upload.close();
      }
    }
  }

  /// What is wrong with an uploaded model, without the directory that it was unpacked into.
  ///
  /// @param parent of the directory
  static String reason(BrokenModelException broken, Path parent) {
    return broken
        .getMessage()
        .replaceAll(Pattern.quote(parent.toString()) + "/" + PREFIX + "[^/ ]*/?", "");
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

  private void read(InputStream archive) throws IOException, BrokenModelException {
    ZipInputStream zip = new ZipInputStream(archive);
    int entries = 0;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (++entries > ENTRIES_MAX) {
        throw new BrokenModelException("the archive has more than " + ENTRIES_MAX + " entries");
      }
      String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
      if (files.contains(name)) {
        try (OutputStream out = Files.newOutputStream(directory.resolve(name))) {
          copy(zip, out, name);
        }
      } else {
        copy(zip, OutputStream.nullOutputStream(), name); // A model card, for instance.
      }
    }
  }

  private void copy(InputStream in, OutputStream out, String name)
      throws IOException, BrokenModelException {
    boolean small = !name.equals(ModelArtifact.WEIGHTS) && MODEL.contains(name);
    long size = 0;
    byte[] buffer = new byte[BUFFER_SIZE];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      size += read;
      left -= read;
      if (left < 0) {
        throw new BrokenModelException("the archive holds more than " + sizeMax + " bytes");
      }
      if (small && size > SMALL_FILE_SIZE_MAX) {
        throw new BrokenModelException(
            "%s is larger than %d bytes".formatted(name, SMALL_FILE_SIZE_MAX));
      }
      out.write(buffer, 0, read);
    }
  }
}
