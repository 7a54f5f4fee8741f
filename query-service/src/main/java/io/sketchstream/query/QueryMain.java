package io.sketchstream.query;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;
import java.util.Map;

/// Starts the query service as a process of its own, on port 8083 of loopback unless told
/// otherwise.
@QuarkusMain(name = "query-service")
public final class QueryMain {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "quarkus.application.name", "query-service",
          "quarkus.http.port", "8083",
          "quarkus.http.host", "127.0.0.1",
          // One line per event worth knowing: no client settings, no line for each probe.
          "quarkus.log.category.\"org.apache.kafka\".level", "WARN",
          "quarkus.log.category.\"io.smallrye.health\".level", "ERROR",
          "quarkus.banner.enabled", "false");

  private QueryMain() {}

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
