package io.sketchstream.standalone;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The settings of the services when they run together: one broker, one port, one home. Set as
/// system properties, which override every other source; so what another source says differently is
/// refused, not ignored.
final class Settings {
  private final UnaryOperator<String> properties;
  private final UnaryOperator<String> environment;
  private final ConfigFile file;

  /// @param properties the value of a system property, or null
  /// @param environment the value of an environment variable, or null
  Settings(UnaryOperator<String> properties, UnaryOperator<String> environment, ConfigFile file) {
    this.properties = properties;
    this.environment = environment;
    this.file = file;
  }

  /// @throws RefusedStartException when one of them is set by the user, which would have no effect
  static void apply(UpOptions options, int port, Home home, ModelChoice model, BrokerAccess kafka)
      throws RefusedStartException {
    Map<String, String> own = new LinkedHashMap<>();
    kafka.client().forEach((name, value) -> own.put("kafka." + name, value));
    own.put("quarkus.http.host", options.host());
    own.put("quarkus.http.port", Integer.toString(port));
    own.put("quarkus.log.file.path", log(home).toString());
    own.put("ingest.state-dir", home.resolve("ingest").toString());
    own.put("query.state-dir", home.resolve("query").toString());
    own.put("query.address", "127.0.0.1:" + port); // A name: no other process calls it.
    own.put("query.standbys", "0"); // There is no other process to hold one.
    own.put("embed.instance-id", "standalone"); // There is no other.
    own.put("training.model-store", home.resolve("models").toString());
    own.put("training.model-cache", home.resolve("model-cache").toString());
    own.put("embed.model-cache", home.resolve("model-cache").toString());
    own.put("training.home", home.resolve("training").toString());
    own.put(
        model.shipped() ? "training.shipped-model" : "training.model",
        model.directory().toString());
    new Settings(System::getProperty, System::getenv, options.file())
        .together(own, ofOptions(options))
        .forEach(System::setProperty);
  }

  static Path log(Home home) {
    return home.resolve("logs").resolve("sketchstream.log");
  }

  /// What the services get.
  ///
  /// @param own what `up` sets itself; no other source may set it
  /// @param chosen what options of `up` say; another source may only say the same
  /// @throws RefusedStartException naming the source whose value would have no effect
  Map<String, String> together(Map<String, String> own, Map<String, String> chosen)
      throws RefusedStartException {
    for (String key : own.keySet()) {
      Optional<String> source = sources(key).keySet().stream().findFirst();
      if (source.isPresent()) {
        throw new RefusedStartException(
            source.get() + " would have no effect: `up` sets it itself; remove it" + instead(key));
      }
    }
    Map<String, String> all = new LinkedHashMap<>(file.settings());
    all.putAll(own);
    all.putAll(chosen);
    for (Map.Entry<String, String> setting : all.entrySet()) {
      for (Map.Entry<String, String> source : sources(setting.getKey()).entrySet()) {
        if (!source.getValue().equals(setting.getValue())) {
          throw new RefusedStartException(
              "%s differs from %s: one of them would have no effect; remove one"
                  .formatted(source.getKey(), said(setting.getKey(), chosen)));
        }
      }
    }
    return all;
  }

  private static Map<String, String> ofOptions(UpOptions options) {
    Map<String, String> chosen = new LinkedHashMap<>();
    options.token().ifPresent(token -> chosen.put("access.token", token));
    if (!options.watch().isEmpty()) {
      chosen.put(
          "ingest.watch",
          options.watch().stream()
              .map(directory -> directory.toString().replace(",", "\\,"))
              .collect(Collectors.joining(",")));
    }
    return chosen;
  }

  /// Who else sets it, and to what.
  private Map<String, String> sources(String key) {
    Map<String, String> sources = new LinkedHashMap<>();
    String variable = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    put(sources, "the system property " + key, properties.apply(key));
    put(sources, "the environment variable " + variable, environment.apply(variable));
    put(
        sources,
        "'" + key + "' in " + file.path().map(Object::toString).orElse(""),
        file.settings().get(key));
    return sources;
  }

  private static void put(Map<String, String> sources, String name, String value) {
    if (value != null) {
      sources.put(name, value);
    }
  }

  private String said(String key, Map<String, String> chosen) {
    if (!chosen.containsKey(key)) {
      return "the one in " + file.path().orElseThrow();
    }
    return key.equals("access.token") ? "--token" : "--watch";
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
