package io.sketchstream.shell.tracing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.net.URI;
import java.util.Optional;

/// Everything an operator can change about traces.
@ConfigMapping(prefix = "tracing")
public interface TracingConfig {
  /// Collector that receives the spans by OTLP over HTTP, such as `http://collector:4318`. Not set:
  /// tracing is off.
  Optional<URI> endpoint();

  /// Share of the traces started here that are sampled, 0 to 1. A caller's `traceparent` takes
  /// precedence.
  @WithDefault("1")
  @DecimalMin("0")
  @DecimalMax("1")
  double sampleRatio();
}
