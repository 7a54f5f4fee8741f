package io.sketchstream.embed.device;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.Preprocessing;
import io.sketchstream.events.Sketch;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.CanonicalImage;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.shell.tracing.Step;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// An encoder on the device.
///
/// **Threads:** any. **Owns:** the encoder.
public final class LoadedEncoder implements AutoCloseable {
  private static final ImageDecoder PHOTOS = new ImageDecoder(ImageLimits.DEFAULT);

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

  /// Prepares what a query shows.
  ///
  /// @param photo whether it is a photo: then it is prepared like an image of the gallery, so that
  ///   a photo of the gallery finds itself
  /// @throws RefusedImageException when it can't be used
  public PreparedImage prepare(Sketch shown, boolean photo, Patience patience)
      throws RefusedImageException {
    if (!photo) {
      return preprocessing().sketch(shown, patience);
    }
    if (!shown.hasRaster()) {
      throw new RefusedImageException("a photo must be an image file, not strokes");
    }
    byte[] file = shown.getRaster().toByteArray();
    return preprocessing().image(CanonicalImage.of(file, PHOTOS, patience).jpeg());
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
