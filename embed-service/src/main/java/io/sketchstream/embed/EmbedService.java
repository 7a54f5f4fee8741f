package io.sketchstream.embed;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.embed.Embedder.EmbedderContext;
import io.sketchstream.embed.generations.TorchEncoderSource;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.images.process.DecoderPool;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.store.S3Options;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Wires the [Embedder] to the container: starts and stops with it.
@Singleton
class EmbedService {
  private final Embedder embedder;

  EmbedService(
      EmbedConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication,
      @ConfigProperty(name = "topics.tombstone-retention", defaultValue = "30d")
          Duration tombstoneRetention,
      @ConfigProperty(name = "topics.standing-queries-max", defaultValue = "10000")
          int standingQueriesMax,
      MeterRegistry meters,
      Tracing tracing,
      Workers workers) {
    EmbedOptions options = EmbedOptions.of(config, standingQueriesMax);
    this.embedder =
        new Embedder(
            new EmbedderContext(
                new KafkaClients(kafka, config.instanceId(), config.sessionTimeout()),
                new TopicProvisioner(partitions, replication, tombstoneRetention),
                encoders(config, options.device().threads()),
                options,
                meters,
                tracing,
                workers,
                InstantSource.system()));
  }

  private static TorchEncoderSource encoders(EmbedConfig config, int threads) {
    EmbedConfig.S3 s3 = config.s3();
    return new TorchEncoderSource(
        new EncoderOptions(config.precision(), threads, config.device()),
        new S3Options(s3.endpoint(), s3.region(), s3.accessKey(), s3.secretKey()),
        config.modelCache());
  }

  Embedder embedder() {
    return embedder;
  }

  void start(@Observes StartupEvent event) {
    DecoderPool.shared().warm();
    embedder.start();
  }

  void stop(@Observes ShutdownEvent event) {
    embedder.close();
  }
}
