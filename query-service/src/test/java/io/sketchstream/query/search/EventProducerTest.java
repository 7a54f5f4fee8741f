package io.sketchstream.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventProducerTest {
  private final BrokerClock brokers = new BrokerClock(InstantSource.system());

  /// The records of a compacted topic have the time of their writer.
  @Test
  void learnsTheBrokersTimeOnlyFromWhatTheyStamp(@TempDir Path home) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home)) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        new TopicProvisioner(1, (short) 1).createPermanent(admin);
      }
      try (EventProducer producer =
          new EventProducer(new KafkaClients(kafka), brokers, Duration.ofSeconds(10))) {
        send(producer, Topics.STANDING_QUERIES.name());
        assertFalse(brokers.isKnown());
        send(producer, Topics.SEARCH_RESULTS.name());
        assertTrue(brokers.isKnown());
        long wrongSeconds = Duration.between(Instant.now(), brokers.instant()).abs().toSeconds();
        assertEquals(0, wrongSeconds / 60);
      }
    }
  }

  /// As if the clock of this process were behind.
  private static void send(EventProducer producer, String topic) throws Exception {
    long behind = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
    byte[] nothing = "{}".getBytes(UTF_8);
    producer
        .send(new ProducerRecord<>(topic, 0, behind, nothing, nothing))
        .get(60, TimeUnit.SECONDS);
  }
}
