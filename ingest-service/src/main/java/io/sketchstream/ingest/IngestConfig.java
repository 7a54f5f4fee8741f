package io.sketchstream.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/// Everything an operator can change about the intake of images and labels.
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
  /// Largest image file accepted.
  @WithDefault("32M")
  @NotNull
  MemorySize maxBytes();

  /// Most pixels (width times height) that an image may have; checked before decoding.
  @WithDefault("64000000")
  @Min(1)
  long maxPixels();

  /// Timeout for decoding one image.
  @WithDefault("10s")
  @NotNull
  @DurationMin(millis = 10)
  Duration decodeTimeout();

  /// Most images processed at the same time.
  @WithDefault("8")
  @Min(1)
  @Max(1024)
  int concurrencyMax();

  /// Largest body of a request that uploads several files; the files wait on disk.
  @WithDefault("1G")
  @NotNull
  MemorySize batchBytesMax();

  /// Most files in one upload request.
  @WithDefault("1000")
  @Min(1)
  @Max(100_000)
  int batchFilesMax();

  /// Largest body of a request that uploads labels.
  @WithDefault("64M")
  @NotNull
  MemorySize labelsBytesMax();

  /// Where the gallery directory (which images the gallery holds) is kept on disk. It can be
  /// deleted while the service is down; it is then rebuilt from Kafka. Each process needs its own.
  @WithDefault("${user.home}/.sketchstream/ingest")
  @NotNull
  Path stateDir();

  /// Timeout of a write to Kafka.
  @WithDefault("30s")
  @NotNull
  @DurationMin(seconds = 1)
  Duration writeTimeout();

  /// Timeout of a request that waits for the gallery directory to catch up with Kafka.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration catchUpMax();

  /// Most images read back from Kafka at the same time.
  @WithDefault("4")
  @Min(1)
  @Max(256)
  int readersMax();

  /// Timeout for reading an image back from Kafka, including the wait for a reader.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration readTimeout();

  /// Watched directories: the gallery holds the images in them and in all their subdirectories.
  Optional<List<Path>> watch();

  /// Whether callers who may read get the files of watched directories as they are, with all their
  /// metadata (`GET /v1/images/{id}/original`).
  @WithDefault("true")
  boolean watchOriginals();

  /// Interval between full scans of the watched directories.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 10)
  Duration watchScanInterval();

  /// How long a file must be unchanged before it is read.
  @WithDefault("1s")
  @NotNull
  @DurationMin(millis = 1)
  Duration watchSettle();
}
