package io.sketchstream.ingest.gallery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.ingest.gallery.Gallery.Acknowledged;
import io.sketchstream.ingest.gallery.Gallery.AttributeChange;
import io.sketchstream.ingest.gallery.Intake.Description;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.TraceContext;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One instance of the service without its shell, on a real broker.
public final class TestGallery implements AutoCloseable {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Workers workers = new Workers(registry);
  private final EventLog log;
  private final Gallery gallery;
  private final Intake intake;

  private TestGallery(Map<String, Object> kafka, Path state) {
    KafkaClients clients = new KafkaClients(kafka);
    InstantSource clock = InstantSource.system();
    IngestMeters meters = new IngestMeters(new SimpleMeterRegistry());
    log = new EventLog(clients, Duration.ofSeconds(20), Tracing.OFF, clock);
    gallery =
        new Gallery(
            clients,
            new GallerySettings(
                state,
                new TopicProvisioner(2, (short) 1),
                Duration.ofSeconds(20),
                2,
                Duration.ofSeconds(20),
                1000),
            log,
            clock,
            workers);
    intake =
        new Intake(
            gallery,
            new ImageDecoder(ImageLimits.DEFAULT),
            new SizeLimit("ingest.max-bytes", 1 << 20),
            new ConcurrencyLimiter(4, _ -> {}),
            meters);
  }

  /// Opens an instance and waits until it is ready.
  public static TestGallery open(EmbeddedBroker broker, Path state) throws Exception {
    TestGallery opened = new TestGallery(clientSettings(broker), state);
    opened.gallery.start();
    Await.until("the gallery is open", opened::isReady);
    return opened;
  }

  /// Where the loops of this instance are counted.
  public SimpleMeterRegistry registry() {
    return registry;
  }

  public boolean isReady() {
    return gallery.unreadyReason(Duration.ofSeconds(5)).isEmpty();
  }

  static Map<String, Object> clientSettings(EmbeddedBroker broker) {
    return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  public Gallery gallery() {
    return gallery;
  }

  public Intake intake() {
    return intake;
  }

  /// Supervises the loops of this instance.
  public Workers workers() {
    return workers;
  }

  public EventLog log() {
    return log;
  }

  public Acknowledged put(String id, byte[] original) throws Exception {
    return intake.put(
        _ -> original,
        new Description(
            Optional.of(id),
            ImageAttributes.getDefaultInstance(),
            GalleryLimit.NONE,
            TraceContext.started()));
  }

  /// Whether there was anything to change.
  public boolean change(String id, AttributeChange change) throws Exception {
    return intake
        .change(id, change, GalleryLimit.NONE, Precondition.NONE, TraceContext.started())
        .orElseThrow()
        .changed();
  }

  public Optional<String> remove(String id) {
    return intake.remove(id, GalleryLimit.NONE, Precondition.NONE, TraceContext.started());
  }

  @Override
  public void close() {
    log.close();
    gallery.close();
  }
}
