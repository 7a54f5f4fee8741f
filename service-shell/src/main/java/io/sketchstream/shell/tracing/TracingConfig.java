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
  /// Where spans are sent, by OTLP over HTTP: `http://collector:4318`. Nothing: there are no
  /// traces.
  Optional<URI> endpoint();

  /// Which part of the traces that begin here is kept, 0 to 1. A caller's `traceparent` has the
  /// last word.
  @WithDefault("1")
  @DecimalMin("0")
  @DecimalMax("1")
  double sampleRatio();
}
