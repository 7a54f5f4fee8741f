package io.sketchstream.embed.images;

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
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class ImageEmbedderTest {
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
      ConsumerRecord<byte[], byte[]> record =
          new ConsumerRecord<>("images", 0, 0, new byte[] {1}, event);
      CompletableFuture<ImageOutcome> outcome =
          new ImageEmbedder(
                  encoder,
                  decoders,
                  () -> Priority.LIVE_IMAGE,
                  (_, _, _) -> Optional.empty(),
                  Tracing.OFF,
                  "embed-g")
              .embed(record, record)
              .outcome();

      assertThrows(CancellationException.class, () -> outcome.get(10, TimeUnit.SECONDS));
    }
  }
}
