package io.sketchstream.embed;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.store.S3Options;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
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
      MeterRegistry registry,
      Tracing tracing) {
    EmbedOptions options = EmbedOptions.of(config);
    this.embedder =
        new Embedder(
            new KafkaClients(kafka, config.instanceId(), config.sessionTimeout()),
            new TopicProvisioner(partitions, replication),
            new TorchEncoderSource(
                new EncoderOptions(config.precision(), options.threads(), config.device()),
                new S3Options(
                    config.s3().endpoint(),
                    config.s3().region(),
                    config.s3().accessKey(),
                    config.s3().secretKey()),
                config.modelCache()),
            options,
            new EmbedMetrics(registry),
            tracing);
  }

  Embedder embedder() {
    return embedder;
  }

  void start(@Observes StartupEvent event) {
    embedder.start();
  }

  void stop(@Observes ShutdownEvent event) {
    embedder.close();
  }
}
