package io.sketchstream.ingest;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.shell.process.ServiceProcess;
import java.util.Map;

/// Starts the ingest service as a process, on port 8081 of loopback unless configured otherwise.
@QuarkusMain(name = "ingest-service")
public final class IngestMain {
  /// Quarkus's limits are a little above our own, so that our own answer.
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "quarkus.application.name", "ingest-service",
          "quarkus.http.port", "8081",
          "quarkus.http.limits.max-body-size", "1100M",
          "quarkus.http.limits.max-form-attribute-size", "8M",
          "quarkus.http.limits.max-parameters", "10000");

  private IngestMain() {}

  public static void main(String... args) {
    ServiceProcess.run(DEFAULTS, args);
  }
}
