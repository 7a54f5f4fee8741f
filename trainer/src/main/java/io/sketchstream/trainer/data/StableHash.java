package io.sketchstream.trainer.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Hashes that are the same on every machine and for ever, so that what was held out once stays so.
public final class StableHash {
  private StableHash() {}

  /// SHA-256 in lower-case hexadecimal.
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256(bytes));
  }

  public static String hex(String text) {
    return hex(text.getBytes(UTF_8));
  }

  /// A number from 0 to 1, without 1, evenly spread over all names.
  public static double fraction(String name) {
    byte[] hash = sha256(name.getBytes(UTF_8));
    long bits = 0;
    for (int i = 0; i < 6; i++) {
      bits = bits << 8 | hash[i] & 255;
    }
    return bits / (double) (1L << 48);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
