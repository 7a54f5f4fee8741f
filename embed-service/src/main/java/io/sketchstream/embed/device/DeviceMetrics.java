package io.sketchstream.embed.device;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Metrics of the device.
final class DeviceMetrics {
  private final MeterRegistry meters;
  private final Timer passTime;
  private final Timer queueTime;

  DeviceMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.passTime =
        Timer.builder("embed.encode.pass").description("One forward pass").register(meters);
    this.queueTime =
        Timer.builder("embed.queue.wait").description("Wait for the device").register(meters);
  }

  void watchQueue(Priority priority, Supplier<Number> depth) {
    Gauge.builder("embed.queue.depth", depth)
        .description("Images or sketches waiting for the device")
        .tag("kind", name(priority))
        .strongReference(true)
        .register(meters);
  }

  void started(Priority priority, int size) {
    DistributionSummary.builder("embed.batch.size")
        .description("Images or sketches in one forward pass")
        .tag("kind", name(priority))
        .register(meters)
        .record(size);
  }

  void encoded(long nanos, int count) {
    passTime.record(nanos, TimeUnit.NANOSECONDS);
    meters.counter("embed.encoded").increment(count);
  }

  void waited(long nanos) {
    queueTime.record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String name(Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
