package io.sketchstream.standalone;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The settings of the services when they run together: one broker, one port, one home. Set as
/// system properties, which override every other source.
final class Settings {
  private Settings() {}

  /// @throws RefusedStartException when one of them is set by the user, which would have no effect
  static void apply(UpOptions options, int port, Home home, ModelChoice model, KafkaAccess kafka)
      throws RefusedStartException {
    Map<String, String> settings = new LinkedHashMap<>();
    kafka.client().forEach((name, value) -> settings.put("kafka." + name, value));
    settings.put("quarkus.http.host", options.host());
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("quarkus.log.file.path", log(home).toString());
    settings.put("ingest.state-dir", home.resolve("ingest").toString());
    settings.put("query.state-dir", home.resolve("query").toString());
    settings.put("query.address", options.host() + ":" + port);
    settings.put("query.standbys", "0"); // There is no other process to hold one.
    settings.put("embed.instance-id", "standalone"); // There is no other.
    settings.put("training.model-store", home.resolve("models").toString());
    settings.put("training.model-cache", home.resolve("model-cache").toString());
    settings.put("embed.model-cache", home.resolve("model-cache").toString());
    settings.put("training.home", home.resolve("training").toString());
    settings.put(
        model.shipped() ? "training.shipped-model" : "training.model",
        model.directory().toString());
    refuseIgnored(settings);
    options.token().ifPresent(token -> settings.put("access.token", token));
    if (!options.watch().isEmpty()) {
      settings.put(
          "ingest.watch",
          options.watch().stream()
              .map(directory -> directory.toString().replace(",", "\\,"))
              .collect(Collectors.joining(",")));
    }
    settings.forEach(System::setProperty);
  }

  static Path log(Home home) {
    return home.resolve("logs").resolve("sketchstream.log");
  }

  /// A setting from the environment or a system property that would be overridden silently.
  private static void refuseIgnored(Map<String, String> settings) throws RefusedStartException {
    for (String key : settings.keySet()) {
      String variable = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
      boolean property = System.getProperty(key) != null;
      if (property || System.getenv(variable) != null) {
        throw new RefusedStartException(
            (property ? "the system property " + key : "the environment variable " + variable)
                + " would have no effect: `up` sets it itself; remove it"
                + instead(key));
      }
    }
  }

  private static String instead(String key) {
    return switch (key) {
      case "quarkus.http.port" -> " and use --port";
      case "quarkus.http.host" -> " and use --host";
      case String kafka when kafka.startsWith("kafka.") ->
          "; the broker is its own, see --kafka-port";
      case "training.model", "training.shipped-model" -> " and use --model";
      case "ingest.state-dir", "query.state-dir", "training.home", "training.model-store" ->
          " and use --home";
      default -> "";
    };
  }
}
