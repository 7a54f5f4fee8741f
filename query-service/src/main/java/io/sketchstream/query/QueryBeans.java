package io.sketchstream.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.query.callers.FilterRemoval;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.process.HttpAddress;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Starts the engine beside the application, however long Kafka takes to answer, and stops it.
///
/// **Threads:** owns `query-start`, a worker. **Owns:** the engine.
@ApplicationScoped
public class QueryBeans {
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final QueryConfig config;
  private final Map<String, Object> kafka;
  private final TopicProvisioner topics;
  private final QueryEngine.Surroundings surroundings;
  private final FilterRemoval removal;
  private Worker starter;
  private volatile QueryEngine engine;

  QueryBeans(
      QueryConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication,
      @ConfigProperty(name = "topics.tombstone-retention", defaultValue = "30d")
          Duration tombstoneRetention,
      @ConfigProperty(name = "topics.standing-queries-max", defaultValue = "10000")
          int standingQueriesMax,
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
            standingQueriesMax,
            registry,
            workers,
            tracing,
            access,
            config.address().orElseGet(() -> HttpAddress.fromElsewhere(host, port)),
            config
                .galleryUrl()
                .or(config::ingestUrl)
                .orElseGet(() -> "http://" + HttpAddress.fromHere(host, port)));
    this.removal = new FilterRemoval(surroundings.ingestAddress(), access);
  }

  void onStart(@Observes StartupEvent event) {
    starter =
        surroundings
            .workers()
            .start(WorkerOptions.of("query-start").withBackoff(BACKOFF, BACKOFF_MAX), this::run);
  }

  void onStop(@Observes ShutdownEvent event) {
    starter.close();
    if (engine != null) {
      engine.close();
    }
    removal.close();
  }

  /// Removes images by a filter.
  public FilterRemoval removal() {
    return removal;
  }

  /// The engine; empty while it starts.
  public Optional<QueryEngine> engine() {
    return Optional.ofNullable(engine);
  }

  /// Whatever fails, also an `Error` or an interrupt, it is tried again, and liveness shows it.
  private void run(Worker running) throws InterruptedException {
    if (engine == null) {
      engine = QueryEngine.start(config, kafka, topics, surroundings);
    }
    while (!running.isStopping()) {
      running.roundDone();
      running.pause(LOOK);
    }
  }
}
