package io.sketchstream.events;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  /// The example of FIPS 180-2.
  @Test
  void hashesBytesAndFilesAlike(@TempDir Path directory) throws IOException {
    byte[] abc = "abc".getBytes(US_ASCII);
    Path file = Files.write(directory.resolve("abc"), abc);
    String hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertEquals(hash, Sha256.hex(abc));
    assertEquals(hash, Sha256.hex(file));
  }
}
