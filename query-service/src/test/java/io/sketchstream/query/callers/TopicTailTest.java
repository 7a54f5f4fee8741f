package io.sketchstream.query.callers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TopicTailTest {
  private static final String TOPIC = Topics.SEARCH_RESULTS.name();

  @TempDir Path home;

  /// Neither what was there before, nor a record that makes its reader fail, nor what comes while
  /// nobody reads, is read twice or missed.
  @Test
  void readsNewRecordsAndContinuesAfterAFailure() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home)) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        new TopicProvisioner(1, (short) 1).createPermanent(admin);
      }
      try (KafkaProducer<String, byte[]> producer =
          new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
        send(producer, "before");
        TopicTail tail = TopicTail.of(new KafkaClients(kafka), "test", TOPIC);
        send(producer, "first");
        producer.send(new ProducerRecord<>(TOPIC, 0, null, new byte[1])).get();
        List<String> read = new CopyOnWriteArrayList<>();
        Workers workers = new Workers(new SimpleMeterRegistry());
        WorkerOptions options =
            WorkerOptions.of("tail").withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));
        try (Worker _ =
            workers.start(
                options,
                worker ->
                    tail.read(
                        worker,
                        (key, _) -> {
                          read.add(key);
                          if (key.equals("poison")) {
                            throw new IllegalStateException("as asked");
                          }
                        }))) {
          Await.until("the first", () -> read.contains("first"));
          send(producer, "poison");
          send(producer, "last");
          Await.until("the last", () -> read.contains("last"));
          assertEquals(List.of("first", "poison", "last"), read);
          tail.wakeUp(); // Not asked to stop: it goes on.
          send(producer, "after");
          Await.until("what came after", () -> read.contains("after"));
        }
      }
    }
  }

  private static void send(KafkaProducer<String, byte[]> producer, String key) throws Exception {
    producer.send(new ProducerRecord<>(TOPIC, 0, key, new byte[1])).get();
  }
}
