package io.sketchstream.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each loop of the service is killed in turn; each restarts, and the service goes on.
final class KilledLoopsTest {
  private static final Generation GENERATION = new Generation("killed");

  @TempDir Path home;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Workers workers = new Workers(registry);

  @Test
  void everyLoopRestarts() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("broker"));
        QueryEngine engine = start(Map.of("bootstrap.servers", broker.bootstrapServers()));
        KafkaProducer<byte[], byte[]> producer = producer(broker);
        KafkaConsumer<byte[], byte[]> answers = answers(broker)) {
      activate(producer);
      Await.until("all loops run", this::allRun);
      Set<String> loops = workers.statuses().keySet();
      assertTrue(loops.size() >= 11, loops.toString());
      int count = 0;
      for (String loop : loops) {
        kill(loop);
        String query = "after " + loop;
        search(producer, query);
        count += awaitAnswer(answers, query);
      }
      assertEquals(loops.size(), count);
      assertTrue(engine.generations().index(GENERATION).isPresent());
    }
  }

  private boolean allRun() {
    return workers.statuses().values().stream().allMatch(status -> status.isRunning())
        && workers.statuses().containsKey("query-search");
  }

  private void kill(String loop) {
    Counter failures = registry.counter("worker.failures", "worker", loop);
    double before = failures.count();
    // An interrupt that nobody meant fails whatever the loop waits in.
    Thread.getAllStackTraces().keySet().stream()
        .filter(running -> running.getName().equals(loop))
        .forEach(Thread::interrupt);
    Await.until(loop + " has failed", () -> failures.count() > before);
    Await.until(loop + " runs again", () -> workers.statuses().get(loop).isRunning());
    assertEquals(1, registry.get("worker.up").tag("worker", loop).gauge().value(), loop);
    assertEquals(Map.of(), workers.troubles(), loop);
  }

  private QueryEngine start(Map<String, Object> kafka) {
    QueryConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withSources(
                new PropertiesConfigSource(
                    Map.of("user.home", "/", "query.state-dir", home.resolve("state").toString()),
                    "test",
                    100))
            .withMapping(QueryConfig.class)
            .build()
            .getConfigMapping(QueryConfig.class);
    return QueryEngine.start(
        config,
        kafka,
        new TopicProvisioner(1, (short) 1),
        new QueryEngine.Surroundings(
            100, registry, workers, Tracing.OFF, Access.OPEN, "127.0.0.1:1", "http://127.0.0.1:1"));
  }

  private static void activate(KafkaProducer<byte[], byte[]> producer) throws Exception {
    byte[] model =
        ModelChanged.newBuilder()
            .setGeneration(GENERATION.id())
            .setState(ModelState.ACTIVE)
            .setDimension(2)
            .setEpoch(1)
            .build()
            .toByteArray();
    producer
        .send(new ProducerRecord<>(Topics.MODELS.name(), 0, GENERATION.id().getBytes(UTF_8), model))
        .get();
  }

  private static void search(KafkaProducer<byte[], byte[]> producer, String queryId)
      throws Exception {
    byte[] search =
        SketchEmbedded.newBuilder()
            .setQueryId(queryId)
            .setGeneration(GENERATION.id())
            .setRequest(SearchRequest.newBuilder().setK(1))
            .addVector(1)
            .addVector(0)
            .build()
            .toByteArray();
    producer
        .send(
            new ProducerRecord<>(Topics.SKETCH_EMBEDDINGS.name(), queryId.getBytes(UTF_8), search))
        .get();
  }

  /// @return 1
  private static int awaitAnswer(KafkaConsumer<byte[], byte[]> answers, String queryId) {
    Await.until(
        queryId + " is answered",
        () -> {
          for (ConsumerRecord<byte[], byte[]> record : answers.poll(Duration.ofMillis(100))) {
            SearchAnswered answer = SearchAnswered.parseFrom(record.value());
            if (answer.getQueryId().equals(queryId)) {
              assertEquals("", answer.getError().getMessage());
              return true;
            }
          }
          return false;
        });
    return 1;
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> answers(EmbeddedBroker broker) {
    KafkaConsumer<byte[], byte[]> answers =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    answers.assign(List.of(new TopicPartition(Topics.SEARCH_RESULTS.name(), 0)));
    return answers;
  }
}
