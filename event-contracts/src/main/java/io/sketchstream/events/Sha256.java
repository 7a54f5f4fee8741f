package io.sketchstream.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256: the id of an image that is uploaded without one, and the checksum of models, backups
/// and keys.
public final class Sha256 {
  private Sha256() {}

  /// An empty digest, for content that comes in parts.
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The hash of bytes.
  public static byte[] of(byte[] bytes) {
    return digest().digest(bytes);
  }

  /// The hash of bytes, in lower-case hexadecimal.
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(of(bytes));
  }

  /// The hash of a text in UTF-8, in lower-case hexadecimal.
  public static String hex(String text) {
    return hex(text.getBytes(UTF_8));
  }

  /// The hash of a file, in lower-case hexadecimal.
  public static String hex(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      long _ = in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
