package io.sketchstream.embed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.embed.ImageOutcome.Embedded;
import io.sketchstream.embed.ImageOutcome.Rejected;
import io.sketchstream.embed.ImageOutcome.Removed;
import io.sketchstream.embed.InferenceExecutor.Encoded;
import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.embed.InferenceExecutor.Priority;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.ImageIngested;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Takes one record of `images` through decoding and the network of one generation.
final class ImageEmbedder {
  private static final Logger LOG = Logger.getLogger(ImageEmbedder.class);

  private final Lane lane;
  private final Executor decoders;
  private final Supplier<Priority> priority;

  ImageEmbedder(Lane lane, Executor decoders, Supplier<Priority> priority) {
    this.lane = lane;
    this.decoders = decoders;
    this.priority = priority;
  }

  /// The future fails only when the network or this program does; a bad record is an outcome.
  CompletableFuture<ImageOutcome> embed(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return CompletableFuture.completedFuture(
          new Rejected("bad-event", "no image id: the record has no key"));
    }
    if (record.value() == null) {
      return CompletableFuture.completedFuture(new Removed());
    }
    CompletableFuture<ImageOutcome> outcome = new CompletableFuture<>();
    decoders.execute(() -> decode(record.value(), outcome));
    return outcome;
  }

  private void decode(byte[] value, CompletableFuture<ImageOutcome> outcome) {
    try {
      ImageIngested image = ImageIngested.parseFrom(value);
      PreparedImage pixels = decode(image);
      CompletableFuture<Encoded> _ =
          lane.submit(pixels, priority.get())
              .whenComplete((encoded, failure) -> finish(image, encoded, failure, outcome));
    } catch (InvalidProtocolBufferException e) {
      outcome.complete(new Rejected("bad-event", "not an ImageIngested: " + e.getMessage()));
    } catch (RefusedImageException e) {
      outcome.complete(new Rejected("bad-image", e.getMessage()));
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  /// No image may stop the others, whatever it does to the decoder.
  private PreparedImage decode(ImageIngested image) throws RefusedImageException {
    try {
      return lane.preprocessing().image(image.getJpeg().toByteArray());
    } catch (RuntimeException e) {
      LOG.errorf(e, "image %s: the decoder failed", image.getImageId());
      throw new RefusedImageException("it can't be decoded: " + e, e);
    }
  }

  private static void finish(
      ImageIngested image,
      Encoded encoded,
      Throwable failure,
      CompletableFuture<ImageOutcome> outcome) {
    switch (failure) {
      case null -> outcome.complete(new Embedded(image, encoded.embedding()));
      case IllegalArgumentException e ->
          outcome.complete(
              new Rejected("encoder", "the network can't embed it: " + e.getMessage()));
      default -> outcome.completeExceptionally(failure);
    }
  }
}
