package io.sketchstream.embed.sketches;

import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.events.Generation;

/// The encoder that answers a sketch, or the reason why there is none.
///
/// @param generation null when there is none
/// @param encoder null when there is none
/// @param unavailable the reason; empty when there is one
public record ActiveEncoder(Generation generation, LoadedEncoder encoder, String unavailable) {
  /// There is none.
  public static ActiveEncoder none(String why) {
    return new ActiveEncoder(null, null, why);
  }

  /// Whether there is one.
  public boolean isAvailable() {
    return encoder != null;
  }
}
