package io.sketchstream.ingest.watch;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds the file that an image came from, for those of watched directories: a plain file below one
/// of them, without a link on the way, that is an image by its first bytes.
///
/// **Threads:** any; calls read from disk.
public final class Originals {
  private static final int START_SIZE = 4096;

  private final WatchedRoots roots;

  /// @param roots the directories; none, and no image has an original
  public Originals(List<Path> roots) {
    this.roots = new WatchedRoots(roots);
  }

  /// A file as it is now.
  ///
  /// @param mediaType by its first bytes
  public record Original(Path file, String mediaType) {}

  /// The file of an image.
  ///
  /// @param uri that the image has now
  public Optional<Original> find(String imageId, String uri) {
    return roots.fileOf(imageId, uri).filter(this::isPlain).flatMap(Originals::image);
  }

  private boolean isPlain(Path file) {
    try {
      Path root = roots.of(file).orElseThrow();
      Path below = root.relativize(file);
      for (Path name : below) {
        if (name.toString().startsWith(".")) {
          return false; // Not watched.
        }
      }
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && file.toRealPath().equals(root.toRealPath().resolve(below));
    } catch (IOException e) {
      return false; // Gone, or not readable.
    }
  }

  private static Optional<Original> image(Path file) {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] start = in.readNBytes(START_SIZE);
      return mediaType(start).map(type -> new Original(file, type));
    } catch (IOException | RefusedImageException e) {
      return Optional.empty();
    }
  }

  /// Only formats that the gallery takes.
  private static Optional<String> mediaType(byte[] start) throws RefusedImageException {
    return switch (ImageFormat.of(start)) {
      case JPEG -> Optional.of("image/jpeg");
      case PNG -> Optional.of("image/png");
      case GIF -> Optional.of("image/gif");
      case WEBP -> Optional.of("image/webp");
      case BMP -> Optional.of("image/bmp");
      case TIFF -> Optional.of("image/tiff");
      case HEIF -> Optional.of(isAvif(start) ? "image/avif" : "image/heic");
      case SVG -> Optional.empty();
    };
  }

  /// By the major brand, after size and `ftyp`.
  private static boolean isAvif(byte[] start) {
    return start.length > 11 && start[8] == 'a' && start[9] == 'v' && start[10] == 'i';
  }
}
