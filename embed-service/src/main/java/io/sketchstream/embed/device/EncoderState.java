package io.sketchstream.embed.device;

import io.sketchstream.encoder.Encoder;

/// An encoder as the [InferenceQueue] knows it; the fields are guarded by its lock.
final class EncoderState {
  final Encoder encoder;
  int running;
  boolean closed;
  double nanosPerImage;

  EncoderState(Encoder encoder) {
    this.encoder = encoder;
  }
}
