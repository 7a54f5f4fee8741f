package io.sketchstream.training.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.training.labels.LabelCensus.LabelledClass;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelCensusTest {
  @TempDir Path home;

  @Test
  void countsAndSumsUpOnlyWhenTheTopicGrew() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        new TopicProvisioner(2, (short) 1).createPermanent(admin);
      }
      AtomicInteger sums = new AtomicInteger();
      LabelCensus<String> census =
          new LabelCensus<>(
              new TopicReader(kafka, "label-census"),
              100,
              examples -> sums.incrementAndGet() + ": " + examples.photos().size() + " photos");
      try (LabelledTopics topics = new LabelledTopics(kafka)) {
        topics.label("a", LabelledTopics.photo("image-a", "cat"));
        topics.label("b", LabelledTopics.photo("image-b", "cat"));

        LabelCensus.Tally<String> first = census.take();
        assertEquals(
            new LabelCensus.Count(2, 0, List.of(new LabelledClass("cat", 2, 0))), first.count());
        assertEquals("1: 2 photos", first.summary());
        assertSame(first, census.take());

        topics.remove("labels", "b");
        assertEquals("2: 1 photos", census.take().summary());
      }
      assertEquals(2, sums.get());
    }
  }
}
