package io.sketchstream.trainer.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Hashes that never change and are the same on every machine, so that held-out examples stay held
/// out.
public final class StableHash {
  private StableHash() {}

  /// SHA-256 in lower-case hexadecimal.
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256(bytes));
  }

  public static String hex(String text) {
    return hex(text.getBytes(UTF_8));
  }

  /// A number from 0 (inclusive) to 1 (exclusive), uniformly distributed over names.
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
