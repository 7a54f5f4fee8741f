package io.sketchstream.ingest.watch;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFormat;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// Opens the file that an image came from, for those of watched directories: a plain file below one
/// of them, without a link on the way, that is an image by its first bytes. It is opened before it
/// is checked, and what was opened is read, whatever is put in its place meanwhile.
///
/// **Threads:** any; calls read from disk.
public final class Originals {
  private static final int START_SIZE = 4096;
  private static final int BUFFER_SIZE = 1 << 16;

  private final WatchedRoots roots;

  /// @param roots the directories; none, and no image has an original
  public Originals(List<Path> roots) {
    this.roots = new WatchedRoots(roots);
  }

  /// A file as it is now, open.
  ///
  /// **Owns:** its channel.
  ///
  /// @param name without directories
  /// @param mediaType by its first bytes
  /// @param size in bytes, when it was opened
  public record Original(String name, String mediaType, long size, SeekableByteChannel channel)
      implements Closeable {

    /// Writes all of it.
    ///
    /// @throws EOFException if the file was truncated meanwhile
    public void writeTo(OutputStream out) throws IOException {
      InputStream in = Channels.newInputStream(channel.position(0));
      byte[] buffer = new byte[BUFFER_SIZE];
      long left = size;
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException("'" + name + "' was truncated while it was read");
        }
        out.write(buffer, 0, count);
        left -= count;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /// Whether the file of an image is here.
  ///
  /// @param uri that the image has now
  public boolean has(String imageId, String uri) {
    try (Original original = open(imageId, uri).orElse(null)) {
      return original != null;
    } catch (IOException e) {
      return false; // Not even closed.
    }
  }

  /// The file of an image, for the caller to close; empty where it has none.
  ///
  /// @param uri that the image has now
  public Optional<Original> open(String imageId, String uri) {
    return roots.fileOf(imageId, uri).filter(this::isWatched).flatMap(this::opened);
  }

  private boolean isWatched(Path file) {
    for (Path name : below(file)) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    // Whoever opens a pipe waits for its writer.
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private Optional<Original> opened(Path file) {
    Optional<Original> original = Optional.empty();
    try {
      SeekableByteChannel channel =
          Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        original = isWithoutLinks(file) ? image(file, channel) : Optional.empty();
      } finally {
        if (original.isEmpty()) {
          channel.close();
        }
      }
    } catch (IOException | RefusedImageException e) {
      return Optional.empty(); // Gone, not readable, or no image.
    }
    return original;
  }

  /// Apart from links on the way to the watched directory itself.
  private boolean isWithoutLinks(Path file) throws IOException {
    Path root = roots.of(file).orElseThrow();
    return file.toRealPath().equals(root.toRealPath().resolve(below(file)));
  }

  private Path below(Path file) {
    return roots.of(file).orElseThrow().relativize(file);
  }

  private static Optional<Original> image(Path file, SeekableByteChannel channel)
      throws IOException, RefusedImageException {
    byte[] start = Channels.newInputStream(channel).readNBytes(START_SIZE);
    long size = channel.size();
    return mediaType(start)
        .map(type -> new Original(file.getFileName().toString(), type, size, channel));
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
