package io.sketchstream.images;

import java.time.Duration;

/// How long a caller waits for a picture.
///
/// @param timeout the longest wait for a decoder; where it is urgent, the decoding included
/// @param urgent whether a person waits for the answer, as in a search
public record Patience(Duration timeout, boolean urgent) {
  /// Nobody waits: a decoder may take as long as any file may.
  public static final Patience UNHURRIED = new Patience(Duration.ofSeconds(30), false);

  /// A person waits, and not for longer than this.
  public static Patience urgent(Duration timeout) {
    return new Patience(timeout, true);
  }
}
