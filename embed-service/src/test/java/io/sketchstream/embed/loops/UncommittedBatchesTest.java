package io.sketchstream.embed.loops;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

final class UncommittedBatchesTest {
  private static final TopicPartition PARTITION = new TopicPartition("images", 0);

  /// Else an owner goes back in the partition first, and the commit then says that it is done.
  @Test
  void whatKafkaDidNotCommitIsLeft() {
    Map<String, Object> nobody = Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "alone");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(nobody, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      UncommittedBatches batches =
          new UncommittedBatches(consumer, Duration.ofSeconds(1), Duration.ofMinutes(1));
      assertTrue(batches.isEmpty());
      batches.commitAgain(PARTITION, new OffsetAndMetadata(7));
      batches.commitAcknowledged();
      assertFalse(batches.isEmpty(), "it is tried again");
      batches.onPartitionsLost(List.of(PARTITION));
      assertTrue(batches.isEmpty(), "the next owner does it");
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
