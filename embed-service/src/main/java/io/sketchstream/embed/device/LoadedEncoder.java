package io.sketchstream.embed.device;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.Preprocessing;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.shell.tracing.Step;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// An encoder on the device.
///
/// **Threads:** any. **Owns:** the encoder.
public final class LoadedEncoder implements AutoCloseable {
  private final EncoderState state;
  private final InferenceQueue queue;

  LoadedEncoder(Encoder encoder, InferenceQueue queue) {
    this.state = new EncoderState(encoder);
    this.queue = queue;
  }

  /// How images and sketches are prepared for it.
  public Preprocessing preprocessing() {
    return state.encoder.preprocessing();
  }

  /// Whether it still takes requests.
  public boolean isOpen() {
    return queue.isOpen(state);
  }

  /// Queues one image or sketch. The future fails with [java.util.concurrent.CancellationException]
  /// when this is closed first, with [IllegalArgumentException] when the network can't embed it,
  /// and with anything else when the network itself fails.
  ///
  /// @param step that the forward pass is a part of
  public CompletableFuture<Encoded> submit(PreparedImage image, Priority priority, Step step) {
    EncodeRequest request =
        new EncodeRequest(state, image, step, System.nanoTime(), new CompletableFuture<>());
    if (!queue.add(request, priority)) {
      EncodeRequest.cancel(List.of(request));
    }
    return request.result();
  }

  /// Raises the priority of the waiting requests of its backfill.
  public void expedite(Priority priority) {
    queue.expedite(state, priority);
  }

  /// Drops the waiting requests of this encoder, lets its running passes end, and frees it.
  @Override
  public void close() {
    Optional<List<EncodeRequest>> dropped = queue.close(state);
    if (dropped.isPresent()) {
      EncodeRequest.cancel(dropped.get());
      queue.awaitIdle(state);
      state.encoder.close();
    }
  }
}
