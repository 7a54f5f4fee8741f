package io.sketchstream.training.labels;

import io.sketchstream.events.Sha256;
import io.sketchstream.trainer.data.FilePictureReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The pictures of a dataset on disk, each under a hash of its id.
///
/// ```
/// photos/ab/<hash>.jpg      canonical images, by the SHA-256 of their id
/// gallery/ab/<hash>.jpg     unlabelled ones
/// sketches/cd/<hash>.sketch sketches as they came, by their SHA-256
/// ```
///
/// **Threads:** one.
final class PictureFolder {
  private static final int DISK_CHECK_EVERY = 128;

  private final Path directory;
  private final long diskFreeMin;
  private int written;

  /// What a picture is.
  enum Kind {
    PHOTO("photos", ".jpg"),
    GALLERY("gallery", ".jpg"),
    SKETCH("sketches", FilePictureReader.EVENT);

    private final String folder;
    private final String extension;

    Kind(String folder, String extension) {
      this.folder = folder;
      this.extension = extension;
    }
  }

  /// @param diskFreeMin bytes that stay free on the disk
  PictureFolder(Path directory, long diskFreeMin) {
    this.directory = directory;
    this.diskFreeMin = diskFreeMin;
  }

  /// @param id of the image, or the SHA-256 of the sketch
  Path file(Kind kind, String id) {
    String hash = kind == Kind.SKETCH ? id : Sha256.hex(id);
    return directory
        .resolve(kind.folder)
        .resolve(hash.substring(0, 2))
        .resolve(hash + kind.extension);
  }

  /// The unlabelled images, in the order of their names.
  List<Path> gallery() throws IOException {
    Path folder = directory.resolve(Kind.GALLERY.folder);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  void write(Kind kind, String id, byte[] bytes) {
    try {
      if (written++ % DISK_CHECK_EVERY == 0) {
        DiskSpace.require(directory, diskFreeMin);
      }
      Path file = file(kind, id);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(Kind kind, String id) {
    try {
      Files.deleteIfExists(file(kind, id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
