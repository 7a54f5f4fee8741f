package io.sketchstream.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Starts the engine beside the application, however long Kafka takes to answer, and stops it.
///
/// **Threads:** owns `query-start` until the engine runs.
@ApplicationScoped
public class QueryBeans {
  private static final Logger LOG = Logger.getLogger(QueryBeans.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final QueryConfig config;
  private final Map<String, Object> kafka;
  private final TopicProvisioner topics;
  private final QueryEngine.Surroundings surroundings;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread starter = Thread.ofPlatform().name("query-start").unstarted(this::start);
  private volatile QueryEngine engine;

  QueryBeans(
      QueryConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication,
      @ConfigProperty(name = "topics.tombstone-retention", defaultValue = "30d")
          Duration tombstoneRetention,
      @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
      @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port,
      MeterRegistry registry,
      Workers workers,
      Tracing tracing,
      Access access) {
    this.config = config;
    this.kafka = kafka;
    this.topics = new TopicProvisioner(partitions, replication, tombstoneRetention);
    this.surroundings =
        new QueryEngine.Surroundings(
            registry,
            workers,
            tracing,
            access,
            Address.of(config.address(), host, port),
            config.galleryUrl().or(config::ingestUrl).orElse("http://127.0.0.1:" + port));
  }

  void onStart(@Observes StartupEvent event) {
    starter.start();
  }

  void onStop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping.countDown();
    starter.join();
    if (engine != null) {
      engine.close();
    }
  }

  /// The engine; empty while it starts.
  public Optional<QueryEngine> engine() {
    return Optional.ofNullable(engine);
  }

  private void start() {
    while (stopping.getCount() > 0) {
      try {
        engine = QueryEngine.start(config, kafka, topics, surroundings);
        return;
      } catch (KafkaException | IllegalStateException e) {
        LOG.warnf("still waiting for Kafka: %s", e.getMessage());
        pause();
      } catch (RuntimeException e) { // Whatever it is, nothing would start otherwise.
        LOG.error("the service can't start yet", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      boolean _ = stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }
}
