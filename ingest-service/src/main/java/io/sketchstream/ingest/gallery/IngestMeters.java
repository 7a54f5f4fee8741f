package io.sketchstream.ingest.gallery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import java.time.Duration;

/// What the service counts. All names start with `ingest.`.
public final class IngestMeters {
  private final MeterRegistry registry;
  private final Timer decode;
  private final Timer queueWait;
  private final Timer put;
  private final DistributionSummary bytes;

  public IngestMeters(MeterRegistry registry) {
    this.registry = registry;
    decode =
        Timer.builder("ingest.decode")
            .description("Time from the original's bytes to the canonical image")
            .register(registry);
    queueWait =
        Timer.builder("ingest.queue.wait")
            .description("How long an image waited for its turn")
            .register(registry);
    put =
        Timer.builder("ingest.put")
            .description("Time from an image's turn to Kafka's acknowledgement")
            .register(registry);
    bytes =
        DistributionSummary.builder("ingest.image.size")
            .baseUnit("bytes")
            .description("Size of the originals")
            .register(registry);
    for (String outcome : new String[] {"accepted", "unchanged", "removed"}) {
      images(outcome, "none");
    }
    for (Reason reason : Reason.values()) {
      images("rejected", reason.word());
    }
    labels("accepted");
    labels("rejected");
  }

  void accepted() {
    images("accepted", "none").increment();
  }

  void unchanged() {
    images("unchanged", "none").increment();
  }

  void removed() {
    images("removed", "none").increment();
  }

  /// Counts an image that was refused.
  void refused(Reason reason) {
    images("rejected", reason.word()).increment();
  }

  /// Counts labels.
  public void labels(long accepted, long rejected) {
    labels("accepted").increment(accepted);
    labels("rejected").increment(rejected);
  }

  void size(long originalBytes) {
    bytes.record(originalBytes);
  }

  Timer decode() {
    return decode;
  }

  Timer put() {
    return put;
  }

  public void queueWait(Duration waited) {
    queueWait.record(waited);
  }

  private Counter images(String outcome, String reason) {
    return Counter.builder("ingest.images")
        .description("Images by outcome")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry);
  }

  private Counter labels(String outcome) {
    return Counter.builder("ingest.labels")
        .description("Labels by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }
}
