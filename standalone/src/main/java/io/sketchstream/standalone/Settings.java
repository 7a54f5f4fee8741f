package io.sketchstream.standalone;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the services are told when they run together: one broker, one port, one home. Set as system
/// properties, which win over every other source: a leftover environment variable must not send
/// half of the services to another broker.
final class Settings {
  private Settings() {}

  static void apply(int port, Home home, ModelChoice model, String bootstrapServers) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap.servers", bootstrapServers);
    settings.put("quarkus.http.host", "127.0.0.1");
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("quarkus.log.file.path", log(home).toString());
    settings.put("ingest.state-dir", home.resolve("ingest").toString());
    settings.put("query.state-dir", home.resolve("query").toString());
    settings.put("query.address", "127.0.0.1:" + port);
    settings.put("query.standbys", "0"); // There is no other process to hold one.
    settings.put("embed.instance-id", "standalone"); // There is no other.
    settings.put("training.model-store", home.resolve("models").toString());
    settings.put("training.model-cache", home.resolve("model-cache").toString());
    settings.put("embed.model-cache", home.resolve("model-cache").toString());
    settings.put("training.home", home.resolve("training").toString());
    settings.put(
        model.shipped() ? "training.shipped-model" : "training.model",
        model.directory().toString());
    settings.forEach(System::setProperty);
  }

  static Path log(Home home) {
    return home.resolve("logs").resolve("sketchstream.log");
  }
}
