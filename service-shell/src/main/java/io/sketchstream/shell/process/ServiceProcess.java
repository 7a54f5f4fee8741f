package io.sketchstream.shell.process;

import io.quarkus.runtime.Quarkus;
import java.util.Locale;
import java.util.Map;

/// Runs a service as a process of its own. Its defaults are system properties rather than files in
/// its jar, since `standalone` runs several services in one process, where such files would
/// conflict.
public final class ServiceProcess {
  private static final Map<String, String> COMMON =
      Map.of(
          "quarkus.http.host", "127.0.0.1",
          // One log line per notable event: no client settings, no probes.
          "quarkus.log.category.\"org.apache.kafka\".level", "WARN",
          // It warns each time that a consumer asks how long a partition is that it does not read.
          "quarkus.log.category.\"org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils\".level",
              "ERROR",
          "quarkus.log.category.\"io.smallrye.health\".level", "ERROR",
          "quarkus.banner.enabled", "false");

  private ServiceProcess() {}

  /// Runs until the process is asked to stop. System properties and environment variables take
  /// precedence over the defaults.
  public static void run(Map<String, String> defaults, String... args) {
    COMMON.forEach(ServiceProcess::setDefault);
    defaults.forEach(ServiceProcess::setDefault);
    Quarkus.run(args);
  }

  private static void setDefault(String key, String value) {
    if (System.getProperty(key) == null && System.getenv(variable(key)) == null) {
      System.setProperty(key, value);
    }
  }

  static String variable(String key) {
    return key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
