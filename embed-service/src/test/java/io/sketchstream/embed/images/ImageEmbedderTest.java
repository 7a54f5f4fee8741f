package io.sketchstream.embed.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.FakeEncoder;
import io.sketchstream.embed.device.Decoders;
import io.sketchstream.embed.device.Device;
import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Options;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.shell.tracing.Tracing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class ImageEmbedderTest {
  /// The records of one image that a poll returned are answered by the last one alone.
  @Test
  void embedsAnImageWhoseFormerRecordIsNotValid() throws Exception {
    byte[] event =
        ImageIngested.newBuilder()
            .setImageId("cat")
            .setJpeg(ByteString.copyFromUtf8("a cat"))
            .setFormerOffset(7)
            .build()
            .toByteArray();
    try (Device device =
            new Device(Options.device(1), new SimpleMeterRegistry(), Options.workers());
        Decoders decoders = new Decoders(Options.device(1));
        LoadedEncoder encoder = device.open(FakeEncoder.fast(1))) {
      ImageOutcome outcome =
          embedder(encoder, decoders)
              .embed(record(8, new byte[] {(byte) 0xff}), record(9, event))
              .outcome()
              .get(10, TimeUnit.SECONDS);
      assertInstanceOf(ImageOutcome.Embedded.class, outcome);
    }
  }

  @Test
  void rejectsAnImageWhoseKeyIsNoId() throws Exception {
    byte[] event = ImageIngested.newBuilder().setImageId("cat").build().toByteArray();
    try (Device device =
            new Device(Options.device(1), new SimpleMeterRegistry(), Options.workers());
        Decoders decoders = new Decoders(Options.device(1));
        LoadedEncoder encoder = device.open(FakeEncoder.fast(1))) {
      for (byte[] key : List.of(new byte[0], new byte[] {(byte) 0xff}, new byte[1025])) {
        var record = new ConsumerRecord<>("images", 0, 9, key, event);
        ImageOutcome outcome =
            embedder(encoder, decoders).embed(record, record).outcome().get(10, TimeUnit.SECONDS);
        assertEquals(
            new ImageOutcome.Rejected(
                "bad-event", "the key is no image id: 1 to 1024 bytes of UTF-8"),
            outcome);
      }
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>("images", 0, offset, new byte[] {1}, value);
  }

  private static ImageEmbedder embedder(LoadedEncoder encoder, Decoders decoders) {
    return new ImageEmbedder(
        encoder,
        decoders,
        () -> Priority.LIVE_IMAGE,
        (_, _, _) -> Optional.empty(),
        Tracing.OFF,
        "embed-g");
  }

  @Test
  void decodesNothingForAClosedEncoder() {
    // Decoded, these bytes would be a rejected image.
    byte[] event =
        ImageIngested.newBuilder()
            .setImageId("cat")
            .setJpeg(ByteString.copyFromUtf8("refused"))
            .build()
            .toByteArray();
    try (Device device =
            new Device(Options.device(1), new SimpleMeterRegistry(), Options.workers());
        Decoders decoders = new Decoders(Options.device(1))) {
      LoadedEncoder encoder = device.open(FakeEncoder.fast(1));
      encoder.close();
      ConsumerRecord<byte[], byte[]> record = record(0, event);
      CompletableFuture<ImageOutcome> outcome =
          embedder(encoder, decoders).embed(record, record).outcome();

      assertThrows(CancellationException.class, () -> outcome.get(10, TimeUnit.SECONDS));
    }
  }
}
