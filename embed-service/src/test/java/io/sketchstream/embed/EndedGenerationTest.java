package io.sketchstream.embed;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.embed.Embedder.EmbedderContext;
import io.sketchstream.embed.generations.EmbeddedGenerations;
import io.sketchstream.embed.generations.EncoderSource;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A generation that ends while its worker still starts.
final class EndedGenerationTest {
  private static final Generation GENERATION = new Generation("brief");

  private static volatile Runnable whenTopicsAreMade = () -> {};

  @TempDir static Path home;

  /// Told of each Kafka client that is made.
  public static final class NewClients implements MetricsReporter {
    @Override
    public void configure(Map<String, ?> settings) {
      if (String.valueOf(settings.get(CommonClientConfigs.CLIENT_ID_CONFIG))
          .equals("embed-admin-" + GENERATION)) {
        whenTopicsAreMade.run();
      }
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }

  private static final class ForgettingSource implements EncoderSource {
    private final CountDownLatch forgotten = new CountDownLatch(1);

    @Override
    public Encoder open(ModelChanged model) {
      return FakeEncoder.fast(7);
    }

    @Override
    public void forget(ModelChanged model) {
      forgotten.countDown();
    }
  }

  @Test
  void itsStandingQueriesAreNoLongerEmbedded() throws Exception {
    ForgettingSource source = new ForgettingSource();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Workers workers = new Workers(registry);
    try (TestKafka kafka = new TestKafka(home)) {
      Map<String, Object> settings = new HashMap<>(kafka.settings());
      settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, NewClients.class.getName());
      try (Embedder embedder =
          TestKafka.start(
              new EmbedderContext(
                  new KafkaClients(settings),
                  TestKafka.provisioner(),
                  source,
                  TestKafka.options(16, 1),
                  registry,
                  Tracing.OFF,
                  workers,
                  InstantSource.system()))) {
        whenTopicsAreMade = () -> retire(kafka, embedder.generations());

        kafka.model(GENERATION, ModelState.ACTIVE, 1);

        Await.until("its worker has ended", () -> source.forgotten.getCount() == 0);
        assertFalse(
            Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(GENERATION.standingGroup())),
            () -> workers.statuses().toString());
      }
    }
  }

  private static void retire(TestKafka kafka, EmbeddedGenerations generations) {
    try {
      kafka.model(GENERATION, ModelState.RETIRED, 1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    Await.until("it is retired", () -> generations.statuses().isEmpty());
  }
}
