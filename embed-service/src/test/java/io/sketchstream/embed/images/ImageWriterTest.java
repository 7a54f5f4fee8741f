package io.sketchstream.embed.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.TestKafka;
import io.sketchstream.embed.images.ImageBatch.Entry;
import io.sketchstream.embed.images.ImageBatch.Work;
import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageWriterTest {
  private static final long TERM = 7;

  @TempDir static Path home;
  private static TestKafka kafka;

  private final CompletableFuture<ImageOutcome> first = new CompletableFuture<>();
  private final CompletableFuture<ImageOutcome> second = new CompletableFuture<>();

  @BeforeAll
  static void start() {
    kafka = new TestKafka(home);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void writesEmbeddingsOneByOneWhenSearched() throws Exception {
    Generation generation = new Generation("searched");
    try (ImageWriter writer = writer(generation, true)) {
      ImageBatch batch = batch();
      writer.write(batch);
      first.complete(new ImageOutcome.Removed());
      Await.until("the first is written", () -> keys(generation).equals(List.of("first")));

      second.complete(new ImageOutcome.Removed());
      batch.polled().acknowledged().get();
      assertEquals(List.of("first", "second"), keys(generation));
      for (ConsumerRecord<byte[], byte[]> record : records(generation)) {
        assertEquals(OptionalLong.of(TERM), EventHeaders.term(record.headers(), 0));
      }
    }
  }

  @Test
  void writesEmbeddingsPerPollWhenNotSearched() throws Exception {
    Generation generation = new Generation("backfilled");
    try (ImageWriter writer = writer(generation, false)) {
      ImageBatch batch = batch();
      writer.write(batch);
      first.complete(new ImageOutcome.Removed());
      // Whoever writes it at once has done so when he waits for the second.
      Await.until("the writer waits for the second", () -> second.getNumberOfDependents() > 0);

      long before = System.currentTimeMillis();
      second.complete(new ImageOutcome.Removed());
      batch.polled().acknowledged().get();
      assertEquals(List.of("first", "second"), keys(generation));
      for (ConsumerRecord<byte[], byte[]> record : records(generation)) {
        assertTrue(record.timestamp() >= before, "written before the second was there");
      }
    }
  }

  private static ImageWriter writer(Generation generation, boolean searched) throws Exception {
    TestKafka.provisioner().createEmbeddings(kafka.admin, generation);
    return new ImageWriter(
        generation,
        new ImageServices(
            new KafkaClients(kafka.settings()),
            null,
            null,
            new ImageMetrics(new SimpleMeterRegistry()),
            Tracing.OFF,
            InstantSource.system(),
            Duration.ofDays(1)),
        () -> searched,
        1);
  }

  private ImageBatch batch() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String id : List.of("first", "second")) {
      records.add(
          new ConsumerRecord<>(
              Topics.IMAGES.name(), 0, records.size(), id.getBytes(UTF_8), new byte[] {1}));
    }
    List<CompletableFuture<ImageOutcome>> outcomes = List.of(first, second);
    List<Entry> entries = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      entries.add(
          new Entry(
              record,
              new Work(
                  record,
                  Tracing.OFF.process(record, "group"),
                  outcomes.get((int) record.offset())),
              TERM));
    }
    TopicPartition partition = new TopicPartition(Topics.IMAGES.name(), 0);
    return new ImageBatch(
        new PolledBatch(new ConsumerRecords<>(Map.of(partition, records), Map.of())), entries);
  }

  private static List<String> keys(Generation generation) throws Exception {
    return records(generation).stream().map(record -> new String(record.key(), UTF_8)).toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(Generation generation)
      throws Exception {
    return kafka.records(Topics.imageEmbeddings(generation).name());
  }
}
