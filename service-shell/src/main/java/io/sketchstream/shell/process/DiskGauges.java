package io.sketchstream.shell.process;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;

/// The metrics `disk_free_bytes{volume}` and `disk_total_bytes{volume}`: of the disk below a
/// directory that a service keeps its state in.
public final class DiskGauges {
  private DiskGauges() {}

  /// @param volume what the directory is for, such as `query`
  /// @param directory may not exist yet
  public static void bind(MeterRegistry meters, String volume, Path directory) {
    gauge(meters, "disk.free", volume, directory, path -> path.toFile().getUsableSpace());
    gauge(meters, "disk.total", volume, directory, path -> path.toFile().getTotalSpace());
  }

  private static void gauge(
      MeterRegistry meters,
      String name,
      String volume,
      Path directory,
      ToDoubleFunction<Path> size) {
    Gauge.builder(name, directory, path -> size.applyAsDouble(existing(path)))
        .description("Space on the disk that holds the state of a service")
        .baseUnit("bytes")
        .tag("volume", volume)
        .strongReference(true)
        .register(meters);
  }

  /// The directory, or the first above it that exists: that is where it will be made.
  private static Path existing(Path directory) {
    Path path = directory.toAbsolutePath();
    while (path.getParent() != null && !Files.exists(path)) {
      path = path.getParent();
    }
    return path;
  }
}
