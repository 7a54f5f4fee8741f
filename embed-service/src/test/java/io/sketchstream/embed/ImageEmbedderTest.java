package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.InferenceExecutor.Lane;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.shell.tracing.Tracing;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class ImageEmbedderTest {
  @Test
  void decodesNothingForAnEncoderThatIsClosed() {
    // Decoded, these bytes would be a rejected image.
    byte[] event =
        ImageIngested.newBuilder()
            .setImageId("cat")
            .setJpeg(ByteString.copyFromUtf8("refused"))
            .build()
            .toByteArray();
    try (InferenceExecutor device =
            new InferenceExecutor(
                TestKafka.options(64, 1), new EmbedMetrics(new SimpleMeterRegistry()));
        Decoders decoders = new Decoders(1, 0, 1, 1)) {
      Lane lane = device.open(FakeEncoder.fast(1));
      lane.close();
      CompletableFuture<ImageOutcome> outcome =
          new ImageEmbedder(lane, decoders, () -> Priority.LIVE_IMAGE, Tracing.OFF, "embed-g")
              .embed(new ConsumerRecord<>("images", 0, 0, new byte[] {1}, event))
              .outcome();

      assertThrows(CancellationException.class, () -> outcome.get(10, TimeUnit.SECONDS));
    }
  }
}
