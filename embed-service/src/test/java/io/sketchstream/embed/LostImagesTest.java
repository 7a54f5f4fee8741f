package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.EmbedProgress;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.testing.Await;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/// What Kafka has lost does not stay embedded.
final class LostImagesTest extends ComparedImagesFixture {
  /// Kafka lost its last images with the power, and the offsets were on the disk already. What was
  /// lost is still in the embeddings.
  @Test
  void nothingStaysOfImagesThatKafkaHasLost() throws Exception {
    kafka.image(0, "stays-9", "stays");
    embedAll();
    TopicPartition images = new TopicPartition(Topics.IMAGES.name(), 0);
    OffsetAndMetadata reached = kafka.committed(generation.embedGroup()).get(images);
    long end = reached.offset();
    try (var producer = new KafkaClients(kafka.settings()).producer("lost", Map.of())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.imageEmbeddings(generation).name(),
                  0,
                  "lost-9".getBytes(UTF_8),
                  embeddingOf("stays-9"),
                  headers(end)))
          .get();
    }
    String note =
        EmbedProgress.parse(reached.metadata())
            .map(now ->
                new EmbedProgress(
                    true, now.asOf(), now.nextEmbedding() + 1, now.term(), now.imagesId()))
            .orElseThrow()
            .metadata();
    kafka
        .admin
        .alterConsumerGroupOffsets(
            generation.embedGroup(),
            Map.of(images, new OffsetAndMetadata(end + 1, Optional.of(0), note)))
        .all()
        .get();
    try (Embedder _ = embedder()) {
      Await.until("what was lost is gone", () -> !state(generation).containsKey("lost-9"));
      awaitCompared();
    }
    assertEquals(Set.of("stays-9"), endingWith(state(generation).keySet(), "-9"));
  }

  private byte[] embeddingOf(String id) throws Exception {
    return kafka.records(Topics.imageEmbeddings(generation).name()).stream()
        .filter(record -> new String(record.key(), UTF_8).equals(id))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static RecordHeaders headers(long imagesOffset) {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset);
    return headers;
  }
}
