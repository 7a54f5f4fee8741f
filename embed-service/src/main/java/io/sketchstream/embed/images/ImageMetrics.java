package io.sketchstream.embed.images;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.Generation;
import java.util.function.LongSupplier;

/// Metrics of the image loops.
public final class ImageMetrics {
  private final MeterRegistry meters;

  public ImageMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  void embedded(Generation generation) {
    counter("embed.images.embedded", "Images turned into an embedding", generation).increment();
  }

  void reused(Generation generation) {
    counter(
            "embed.images.reused",
            "Images whose embedding was taken over, as only attributes had changed",
            generation)
        .increment();
  }

  void removed(Generation generation) {
    counter("embed.images.removed", "Removals passed on", generation).increment();
  }

  void rejected(Generation generation, String why) {
    Counter.builder("embed.images.rejected")
        .description("Images that went to the dead-letter topic")
        .tag("generation", generation.id())
        .tag("reason", why)
        .register(meters)
        .increment();
  }

  /// Shows how far a generation is behind `images`.
  public Gauge watchLag(Generation generation, LongSupplier lag) {
    return Gauge.builder("embed.lag", lag::getAsLong)
        .description("Records of images not yet embedded and committed")
        .tag("generation", generation.id())
        .strongReference(true)
        .register(meters);
  }

  /// Ends a gauge of [#watchLag].
  public void forget(Gauge gauge) {
    meters.remove(gauge);
  }

  private Counter counter(String name, String description, Generation generation) {
    return Counter.builder(name)
        .description(description)
        .tag("generation", generation.id())
        .register(meters);
  }
}
