package io.sketchstream.trainer.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.Sha256;

/// Chooses examples by a hash that never changes and is the same on every machine, so that held-out
/// examples stay held out.
public final class StableHash {
  private StableHash() {}

  /// A number from 0 (inclusive) to 1 (exclusive), uniformly distributed over names.
  public static double fraction(String name) {
    byte[] hash = Sha256.of(name.getBytes(UTF_8));
    long bits = 0;
    for (int i = 0; i < 6; i++) {
      bits = bits << 8 | hash[i] & 255;
    }
    return bits / (double) (1L << 48);
  }
}
