package io.sketchstream.events;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/// The rule of what every reader takes for an image id, as the key of a record or in a field: 1 to
/// 1,024 bytes of UTF-8. Bytes that are no UTF-8 would become another id when they are written
/// again. What ingest-service gives and takes is shorter and of fewer characters.
public final class ImageKey {
  /// Longest id, in bytes.
  public static final int SIZE_MAX = 1024;

  /// The rule in the words of a message.
  public static final String RULE = "1 to " + SIZE_MAX + " bytes of UTF-8";

  private ImageKey() {}

  /// Whether the key of a record is an image id.
  ///
  /// @param key null when the record has none
  public static boolean isId(byte[] key) {
    return key != null
        && key.length > 0
        && key.length <= SIZE_MAX
        && ByteString.copyFrom(key).isValidUtf8();
  }

  /// Whether a field holds an image id.
  public static boolean isId(String id) {
    return isId(id.getBytes(StandardCharsets.UTF_8));
  }
}
