package io.sketchstream.embed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.embed.ImageBatch.Work;
import io.sketchstream.embed.ImageOutcome.Embedded;
import io.sketchstream.embed.ImageOutcome.Rejected;
import io.sketchstream.embed.ImageOutcome.Removed;
import io.sketchstream.embed.InferenceExecutor.Encoded;
import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Takes one record of `images` through decoding and the network of one generation.
final class ImageEmbedder {
  private static final Logger LOG = Logger.getLogger(ImageEmbedder.class);

  private final Lane lane;
  private final Decoders decoders;
  private final Supplier<Priority> priority;
  private final Tracing tracing;
  private final String group;

  /// @param group that reads the images, for traces
  ImageEmbedder(
      Lane lane, Decoders decoders, Supplier<Priority> priority, Tracing tracing, String group) {
    this.lane = lane;
    this.decoders = decoders;
    this.priority = priority;
    this.tracing = tracing;
    this.group = group;
  }

  /// The future fails only when the network or this program does; a bad record is an outcome.
  Work embed(ConsumerRecord<byte[], byte[]> record) {
    Step step = tracing.process(record, group);
    return new Work(record, step, outcome(record, step));
  }

  private CompletableFuture<ImageOutcome> outcome(
      ConsumerRecord<byte[], byte[]> record, Step step) {
    if (record.key() == null) {
      return CompletableFuture.completedFuture(
          new Rejected("bad-event", "no image id: the record has no key"));
    }
    if (record.value() == null) {
      return CompletableFuture.completedFuture(new Removed());
    }
    CompletableFuture<ImageOutcome> outcome = new CompletableFuture<>();
    decoders.execute(
        priority.get(),
        () -> {
          decode(record.value(), step, outcome);
          return outcome;
        });
    return outcome;
  }

  private void decode(byte[] value, Step step, CompletableFuture<ImageOutcome> outcome) {
    if (!lane.isOpen()) { // A stop does not wait for hundreds of images that nobody takes.
      outcome.completeExceptionally(new CancellationException("the encoder is closed"));
      return;
    }
    try {
      ImageIngested image = ImageIngested.parseFrom(value);
      PreparedImage pixels = decode(image, step);
      CompletableFuture<Encoded> _ =
          lane.submit(pixels, priority.get(), step)
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
  private PreparedImage decode(ImageIngested image, Step step) throws RefusedImageException {
    try (Step _ = step.part("decode")) {
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
