package io.sketchstream.embed.images;

import io.sketchstream.embed.device.Decoders;
import io.sketchstream.embed.device.Encoded;
import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.embed.images.ImageBatch.Work;
import io.sketchstream.embed.images.ImageOutcome.Embedded;
import io.sketchstream.embed.images.ImageOutcome.Rejected;
import io.sketchstream.embed.images.ImageOutcome.Removed;
import io.sketchstream.embed.images.ImageRecords.InvalidRecordException;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.ImageKey;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import io.sketchstream.shell.tracing.Step;
import io.sketchstream.shell.tracing.Tracing;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Decodes and embeds one record of `images` for one generation.
final class ImageEmbedder {
  private static final Logger LOG = Logger.getLogger(ImageEmbedder.class);

  private final LoadedEncoder encoder;
  private final Decoders decoders;
  private final Supplier<Priority> priority;
  private final Former former;
  private final Tracing tracing;
  private final String group;

  /// Finds an embedding that was made of the same pixels before.
  interface Former {
    /// @param record of `images`
    /// @param offset of the record that it replaces
    /// @param image to embed
    Optional<Embedded> find(
        ConsumerRecord<byte[], byte[]> record, long offset, ImageIngested image);
  }

  /// @param former embeddings, which are not made again
  /// @param group that reads the images, for traces
  ImageEmbedder(
      LoadedEncoder encoder,
      Decoders decoders,
      Supplier<Priority> priority,
      Former former,
      Tracing tracing,
      String group) {
    this.encoder = encoder;
    this.decoders = decoders;
    this.priority = priority;
    this.former = former;
    this.tracing = tracing;
    this.group = group;
  }

  /// The future fails only if the network, the decoder processes or this program fail; a bad record
  /// is a normal outcome. After a failure the loop starts again with the records that are not
  /// committed.
  ///
  /// @param first record of the image in its batch; it names what was there before the batch
  /// @param record the last one
  Work embed(ConsumerRecord<byte[], byte[]> first, ConsumerRecord<byte[], byte[]> record) {
    Step step = tracing.process(record, group);
    return new Work(record, step, outcome(first, record, step));
  }

  private CompletableFuture<ImageOutcome> outcome(
      ConsumerRecord<byte[], byte[]> first, ConsumerRecord<byte[], byte[]> record, Step step) {
    if (!ImageRecords.hasImageId(record)) {
      return CompletableFuture.completedFuture(
          new Rejected(
              "bad-event",
              record.key() == null
                  ? "no image id: the record has no key"
                  : "the key is no image id: " + ImageKey.RULE));
    }
    if (record.value() == null) {
      return CompletableFuture.completedFuture(new Removed());
    }
    CompletableFuture<ImageOutcome> outcome = new CompletableFuture<>();
    decoders.execute(
        encoder,
        priority.get(),
        () -> {
          if (!outcome.isDone()) {
            decode(first, record, step, outcome);
          }
          return outcome;
        });
    return outcome;
  }

  private void decode(
      ConsumerRecord<byte[], byte[]> first,
      ConsumerRecord<byte[], byte[]> record,
      Step step,
      CompletableFuture<ImageOutcome> outcome) {
    if (!encoder.isOpen()) { // A stop does not wait for hundreds of images that nobody takes.
      outcome.completeExceptionally(new CancellationException("the encoder is closed"));
      return;
    }
    try {
      ImageIngested image = ImageRecords.parse(record.value());
      Optional<Embedded> known = known(first, record, image);
      if (known.isPresent()) {
        outcome.complete(known.get());
        return;
      }
      PreparedImage pixels = decode(image, step);
      CompletableFuture<Encoded> _ =
          encoder
              .submit(pixels, priority.get(), step)
              .whenComplete((encoded, failure) -> finish(image, encoded, failure, outcome));
    } catch (InvalidRecordException e) {
      outcome.complete(new Rejected("bad-event", e.getMessage()));
    } catch (RefusedImageException e) {
      outcome.complete(new Rejected("bad-image", e.getMessage()));
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  private Optional<Embedded> known(
      ConsumerRecord<byte[], byte[]> first,
      ConsumerRecord<byte[], byte[]> record,
      ImageIngested image) {
    if (!image.hasFormerOffset() || first.value() == null) {
      return Optional.empty();
    }
    try {
      ImageIngested begun = first == record ? image : ImageRecords.parse(first.value());
      return begun.hasFormerOffset()
          ? former.find(first, begun.getFormerOffset(), image)
          : Optional.empty();
    } catch (InvalidRecordException e) { // It is answered by the last record, which is valid.
      LOG.debugf("record %d:%d: %s", first.partition(), first.offset(), e.getMessage());
      return Optional.empty();
    }
  }

  /// No image may stop the others, whatever happens in the decoder.
  private PreparedImage decode(ImageIngested image, Step step) throws RefusedImageException {
    try (Step _ = step.part("decode")) {
      return encoder.preprocessing().image(image.getJpeg().toByteArray());
    } catch (DecoderUnavailableException e) { // Says nothing of the image.
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      LOG.errorf(e, "image %.100s: the decoder failed", image.getImageId());
      throw new RefusedImageException("it can't be decoded: " + e, e);
    }
  }

  private static void finish(
      ImageIngested image,
      Encoded encoded,
      Throwable failure,
      CompletableFuture<ImageOutcome> outcome) {
    switch (failure) {
      case null ->
          outcome.complete(new Embedded(image, encoded.embedding(), encoded.hubness(), false));
      case IllegalArgumentException e ->
          outcome.complete(
              new Rejected("encoder", "the network can't embed it: " + e.getMessage()));
      default -> outcome.completeExceptionally(failure);
    }
  }
}
