package io.sketchstream.ingest.gallery;

import io.sketchstream.events.Sha256;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Which image ids are valid, and the id of an image without one.
public final class ImageIds {
  /// Prefix of the ids of images from watched folders.
  public static final String FILE_PREFIX = "file-";

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+=~-]{0,199}");
  private static final int FILE_HASH_CHARS = 40;

  private ImageIds() {}

  /// Returns a valid id.
  ///
  /// @throws RefusedException naming the id and the rule
  public static String check(String id) throws RefusedException {
    if (!VALID.matcher(id).matches()) {
      throw new RefusedException(
          Reason.BAD_ID,
          "'%s' is not a valid image id: 1 to 200 of A-Z a-z 0-9 . _ : @ + = ~ -, the first a letter or digit"
              .formatted(id.length() > 220 ? id.substring(0, 220) + "…" : id));
    }
    return id;
  }

  /// The id of an image that is known by its content alone: the SHA-256 of the original.
  public static String ofContent(byte[] sha256) {
    return HexFormat.of().formatHex(sha256);
  }

  /// The id of an image from a watched folder: it depends on the file's URI alone, so a changed
  /// file is a changed image.
  public static String ofFile(String uri) {
    String hash = Sha256.hex(uri);
    return FILE_PREFIX + hash.substring(0, FILE_HASH_CHARS);
  }

  /// The URI of a file, the same however the path was written.
  public static String uriOf(Path file) {
    return "file://" + file.toAbsolutePath().normalize().toUri().getRawPath();
  }
}
