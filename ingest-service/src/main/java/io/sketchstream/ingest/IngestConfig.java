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

/// Everything an operator can change about how images and labels come in.
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
  /// Largest image file accepted.
  @WithDefault("32M")
  @NotNull
  MemorySize maxBytes();

  /// Most pixels (width times height) an image may have; checked before anything is decoded.
  @WithDefault("64000000")
  @Min(1)
  long maxPixels();

  /// How long decoding one image may take.
  @WithDefault("10s")
  @NotNull
  @DurationMin(millis = 10)
  Duration decodeTimeout();

  /// How many images are decoded and written at once.
  @WithDefault("8")
  @Min(1)
  @Max(1024)
  int concurrencyMax();

  /// How many further requests may wait for their turn; beyond that callers are told to come back.
  @WithDefault("64")
  @Min(0)
  @Max(100_000)
  int queueMax();

  /// How many bytes the bodies of admitted requests may hold in memory together.
  @WithDefault("256M")
  @NotNull
  MemorySize queueBytesMax();

  /// Largest body of a request that uploads many files; they are kept on disk while they wait.
  @WithDefault("1G")
  @NotNull
  MemorySize batchBytesMax();

  /// Most files in one such request.
  @WithDefault("1000")
  @Min(1)
  @Max(100_000)
  int batchFilesMax();

  /// Largest body of a request that uploads labels.
  @WithDefault("64M")
  @NotNull
  MemorySize labelsBytesMax();

  /// Where the directory of the gallery is kept on disk. It can be deleted while the service is
  /// down: it is read again from Kafka. Each process needs one of its own.
  @WithDefault("${user.home}/.sketchstream/ingest")
  @NotNull
  Path stateDir();

  /// How long Kafka may take to acknowledge a write.
  @WithDefault("30s")
  @NotNull
  @DurationMin(seconds = 1)
  Duration writeTimeout();

  /// How long a question may wait for the directory to catch up with Kafka.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration catchUpMax();

  /// How many images are read back from Kafka at once.
  @WithDefault("4")
  @Min(1)
  @Max(256)
  int readersMax();

  /// How long reading one image back may take, waiting for a reader included.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration readTimeout();

  /// Directories whose pictures are the gallery's, with everything below them.
  Optional<List<Path>> watch();

  /// How often watched directories are looked through from end to end, whatever was noticed.
  @WithDefault("30s")
  @NotNull
  @DurationMin(millis = 10)
  Duration watchScanInterval();

  /// How long a file must have stayed as it is before it is taken for finished.
  @WithDefault("1s")
  @NotNull
  @DurationMin(millis = 1)
  Duration watchSettle();
}
