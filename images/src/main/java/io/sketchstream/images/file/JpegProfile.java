package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sketchstream.images.RefusedImageException;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;

/// A colour profile in the segments of a JPEG (ICC.1, annex B.4): numbered parts, as one segment
/// holds 64 kB.
final class JpegProfile {
  private static final byte[] PREFIX = "ICC_PROFILE\0".getBytes(ISO_8859_1);
  private static final int PART_HEADER_SIZE = PREFIX.length + 2;
  private static final int PART_SIZE_MAX = 65_000;

  private final Map<Integer, byte[]> parts = new TreeMap<>();

  /// @param segment the content of an APP2 segment
  void add(ByteReader segment) throws RefusedImageException {
    boolean icc =
        segment.size() > PART_HEADER_SIZE
            && segment.text(0, PREFIX.length).equals(new String(PREFIX, ISO_8859_1));
    if (icc) {
      parts.putIfAbsent(
          segment.u8(PREFIX.length),
          segment.copy(PART_HEADER_SIZE, segment.size() - PART_HEADER_SIZE));
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream profile = new ByteArrayOutputStream();
    parts.values().forEach(profile::writeBytes);
    return profile.toByteArray();
  }

  /// The segments that hold a profile; empty for [IccProfile#NONE].
  static byte[] segments(IccProfile profile) {
    byte[] bytes = profile.bytes();
    int count = (bytes.length + PART_SIZE_MAX - 1) / PART_SIZE_MAX;
    ByteArrayOutputStream segments = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      int from = i * PART_SIZE_MAX;
      int size = Math.min(PART_SIZE_MAX, bytes.length - from);
      int length = 2 + PART_HEADER_SIZE + size;
      segments.writeBytes(new byte[] {-1, (byte) 0xe2, (byte) (length >> 8), (byte) length});
      segments.writeBytes(PREFIX);
      segments.writeBytes(new byte[] {(byte) (i + 1), (byte) count});
      segments.write(bytes, from, size);
    }
    return segments.toByteArray();
  }
}
