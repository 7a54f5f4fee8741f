package io.sketchstream.embed.device;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;

/// Options for tests.
public final class Options {
  private Options() {}

  public static DeviceOptions device(int threads) {
    return new DeviceOptions(
        threads, 2, 8, Duration.ofMillis(60), new DeviceOptions.Backfill(1, 0));
  }

  public static Workers workers() {
    return new Workers(new SimpleMeterRegistry());
  }
}
