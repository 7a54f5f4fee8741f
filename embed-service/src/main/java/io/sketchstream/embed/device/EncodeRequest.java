package io.sketchstream.embed.device;

import io.sketchstream.images.PreparedImage;
import io.sketchstream.shell.tracing.Step;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/// One image or sketch that waits for the device.
///
/// @param submittedNanos as [System#nanoTime]
record EncodeRequest(
    EncoderState encoder,
    PreparedImage image,
    Step step,
    long submittedNanos,
    CompletableFuture<Encoded> result) {

  static void cancel(List<EncodeRequest> requests) {
    requests.forEach(request ->
        request.result().completeExceptionally(new CancellationException("the encoder is closed")));
  }
}
