package io.sketchstream.ingest;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.shell.process.ServiceProcess;
import java.util.Map;

/// Starts the ingest service as a process of its own, on port 8081 of loopback unless told
/// otherwise.
@QuarkusMain(name = "ingest-service")
public final class IngestMain {
  /// Quarkus's bounds lie a little above our own, so that it is ours that answer.
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "quarkus.application.name", "ingest-service",
          "quarkus.http.port", "8081",
          "quarkus.http.limits.max-body-size", "1100M",
          "quarkus.http.limits.max-form-attribute-size", "8M",
          "quarkus.http.limits.max-form-fields", "10000");

  private IngestMain() {}

  public static void main(String... args) {
    ServiceProcess.run(DEFAULTS, args);
  }
}
