package io.sketchstream.shell.admission;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/// Everything an operator can change about the admission of request bodies. Requests without a body
/// are not limited here, and one model is uploaded at a time.
@ConfigMapping(prefix = "admission")
public interface AdmissionConfig {
  /// Most uploads of images and labels at once, being worked on or waiting; more get 429.
  @WithDefault("72")
  @Min(1)
  int uploadsMax();

  /// Most searches by sketch at once, and as many requests of other query services; more get 429.
  @WithDefault("512")
  @Min(1)
  int searchesMax();

  /// Most other requests with a body at once; more get 429.
  @WithDefault("128")
  @Min(1)
  int othersMax();

  /// Memory for the bodies of each of these kinds, as far as they are held in memory.
  @WithDefault("256M")
  @NotNull
  MemorySize bytesMax();

  /// Memory that an upload of several files may take for its parts that are no files, such as
  /// `attributes`, and for the headers of all parts.
  @WithDefault("16M")
  @NotNull
  MemorySize formBytesMax();

  /// Share of these slots and of this memory that one address may use, 0.1 to 1. Other services are
  /// not limited by it.
  @WithDefault("0.75")
  @DecimalMin("0.1")
  @DecimalMax("1")
  double addressShare();

  /// Lowest average rate at which a body arrives, in bytes per second; a slower one ends with 408.
  @WithDefault("1K")
  @NotNull
  MemorySize rateMin();

  /// How long a body may take regardless of its rate.
  @WithDefault("5s")
  @NotNull
  @DurationMin(millis = 100)
  Duration grace();
}
