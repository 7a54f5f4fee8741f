package io.sketchstream.embed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sketchstream.events.Generation;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What this service counts, all under `embed.`.
final class EmbedMetrics {
  private final MeterRegistry registry;
  private final Timer encodeTime;
  private final Timer queueTime;

  EmbedMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.encodeTime =
        Timer.builder("embed.encode.pass").description("One forward pass").register(registry);
    this.queueTime =
        Timer.builder("embed.queue.wait").description("Wait for the device").register(registry);
  }

  void watchQueue(Priority priority, Supplier<Number> depth) {
    Gauge.builder("embed.queue.depth", depth)
        .description("Images or sketches waiting for the device")
        .tag("kind", name(priority))
        .strongReference(true)
        .register(registry);
  }

  void pass(Priority priority, int size) {
    DistributionSummary.builder("embed.batch.size")
        .description("Images or sketches in one forward pass")
        .tag("kind", name(priority))
        .register(registry)
        .record(size);
  }

  void encoded(long nanos, int count) {
    encodeTime.record(nanos, TimeUnit.NANOSECONDS);
    registry.counter("embed.encoded").increment(count);
  }

  void waited(long nanos) {
    queueTime.record(nanos, TimeUnit.NANOSECONDS);
  }

  void imageEmbedded(Generation generation) {
    images("embed.images.embedded", "Images turned into an embedding", generation).increment();
  }

  void imageRemoved(Generation generation) {
    images("embed.images.removed", "Removals passed on", generation).increment();
  }

  void imageRejected(Generation generation, String why) {
    Counter.builder("embed.images.rejected")
        .description("Images that went to the dead letters")
        .tag("generation", generation.id())
        .tag("reason", why)
        .register(registry)
        .increment();
  }

  void sketchAnswered(String outcome) {
    Counter.builder("embed.sketches.answered")
        .description("Sketches answered, by outcome")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  void loopFailed(String loop) {
    Counter.builder("embed.loop.failures")
        .description("Times a loop started again from its committed offsets")
        .tag("loop", loop)
        .register(registry)
        .increment();
  }

  /// Shows how far a generation is behind `images`; the gauge goes with it.
  Gauge watchLag(Generation generation, LongSupplier lag) {
    return Gauge.builder("embed.lag", lag::getAsLong)
        .description("Records of images not yet embedded and committed")
        .tag("generation", generation.id())
        .strongReference(true)
        .register(registry);
  }

  void forget(Gauge gauge) {
    registry.remove(gauge);
  }

  private Counter images(String name, String description, Generation generation) {
    return Counter.builder(name)
        .description(description)
        .tag("generation", generation.id())
        .register(registry);
  }

  private static String name(Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
