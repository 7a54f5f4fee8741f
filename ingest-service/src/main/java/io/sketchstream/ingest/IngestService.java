package io.sketchstream.ingest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.process.DecoderPool;
import io.sketchstream.ingest.gallery.ConcurrencyLimiter;
import io.sketchstream.ingest.gallery.EventLog;
import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.GallerySettings;
import io.sketchstream.ingest.gallery.IngestMeters;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.watch.FolderWatch;
import io.sketchstream.ingest.watch.Originals;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.process.DiskGauges;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Wires the service, starts it, stops it.
@Singleton
class IngestService {
  private static final Logger LOG = Logger.getLogger(IngestService.class);
  private static final int UNREAD_WRITES_MAX = 10_000;

  private final IngestMeters meters;
  private final EventLog log;
  private final Gallery gallery;
  private final ImageDecoder decoder;
  private final Intake intake;
  private final Optional<FolderWatch> watch;
  private final Originals originals;
  private final long bodyBytesMax;

  IngestService(
      IngestConfig config,
      MeterRegistry registry,
      Tracing tracing,
      Workers workers,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "topics.partitions", defaultValue = "2") int partitions,
      @ConfigProperty(name = "topics.replication", defaultValue = "-1") short replication,
      @ConfigProperty(name = "topics.tombstone-retention", defaultValue = "30d")
          Duration tombstoneRetention,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size", defaultValue = "10M")
          MemorySize quarkusBodyMax) {
    InstantSource clock = InstantSource.system();
    meters = new IngestMeters(registry);
    DiskGauges.bind(registry, "ingest", config.stateDir());
    KafkaClients clients = new KafkaClients(kafka);
    log = new EventLog(clients, config.writeTimeout(), tracing, clock);
    gallery =
        new Gallery(
            clients,
            settings(config, new TopicProvisioner(partitions, replication, tombstoneRetention)),
            log,
            clock,
            workers);
    ConcurrencyLimiter limiter = new ConcurrencyLimiter(config.concurrencyMax(), meters::queueWait);
    Gauge.builder("ingest.queue.size", limiter, ConcurrencyLimiter::waiting)
        .description("Images waiting for their turn")
        .register(registry);
    SizeLimit limit = new SizeLimit("ingest.max-bytes", config.maxBytes().asLongValue());
    decoder =
        new ImageDecoder(
            new ImageLimits(limit.bytesMax(), config.maxPixels(), config.decodeTimeout()));
    intake = new Intake(gallery, decoder, limit, limiter, meters);
    watch =
        config
            .watch()
            .filter(roots -> !roots.isEmpty())
            .map(roots ->
                new FolderWatch(
                    new FolderWatch.Settings(
                        roots, config.watchScanInterval(), config.watchSettle()),
                    intake,
                    gallery,
                    workers,
                    registry));
    originals =
        new Originals(config.watch().filter(_ -> config.watchOriginals()).orElseGet(List::of));
    bodyBytesMax = quarkusBodyMax.asLongValue();
    warnOfSmallBodies(config);
  }

  void start(@Observes StartupEvent event) {
    DecoderPool.shared().warm();
    gallery.start();
    watch.ifPresent(FolderWatch::start);
  }

  void stop(@Observes ShutdownEvent event) {
    watch.ifPresent(FolderWatch::close);
    log.close();
    gallery.close();
  }

  @Produces
  @Singleton
  IngestMeters meters() {
    return meters;
  }

  @Produces
  @Singleton
  ImageDecoder decoder() {
    return decoder;
  }

  @Produces
  @Singleton
  EventLog log() {
    return log;
  }

  @Produces
  @Singleton
  Gallery gallery() {
    return gallery;
  }

  @Produces
  @Singleton
  Intake intake() {
    return intake;
  }

  @Produces
  @Singleton
  Originals originals() {
    return originals;
  }

  private void warnOfSmallBodies(IngestConfig config) {
    Map<String, Long> limits =
        Map.of(
            "ingest.max-bytes", config.maxBytes().asLongValue(),
            "ingest.batch-bytes-max", config.batchBytesMax().asLongValue(),
            "ingest.labels-bytes-max", config.labelsBytesMax().asLongValue());
    List<String> unreachable =
        limits.entrySet().stream()
            .filter(limit -> limit.getValue() > bodyBytesMax)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!unreachable.isEmpty()) {
      LOG.warnf(
          "quarkus.http.limits.max-body-size, %d bytes, is below %s",
          bodyBytesMax, String.join(", ", unreachable));
    }
  }

  private static GallerySettings settings(IngestConfig config, TopicProvisioner topics) {
    return new GallerySettings(
        config.stateDir(),
        topics,
        config.catchUpMax(),
        config.readersMax(),
        config.readTimeout(),
        UNREAD_WRITES_MAX);
  }
}
