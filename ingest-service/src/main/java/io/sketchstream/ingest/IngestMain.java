package io.sketchstream.ingest;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;
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
          "quarkus.http.host", "127.0.0.1",
          "quarkus.http.limits.max-body-size", "1100M",
          "quarkus.http.limits.max-form-attribute-size", "8M",
          "quarkus.http.limits.max-form-fields", "10000",
          // One line per event worth knowing: no client settings, no line for each probe.
          "quarkus.log.category.\"org.apache.kafka\".level", "WARN",
          "quarkus.log.category.\"io.smallrye.health\".level", "ERROR",
          "quarkus.banner.enabled", "false");

  private IngestMain() {}

  public static void main(String... args) {
    DEFAULTS.forEach((key, value) -> {
      if (System.getProperty(key) == null && System.getenv(variable(key)) == null) {
        System.setProperty(key, value);
      }
    });
    Quarkus.run(args);
  }

  private static String variable(String key) {
    return key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
