package io.sketchstream.benchmarks.measure;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/// How clients connect to the Kafka of an installation.
public final class KafkaSettings {
  private KafkaSettings() {}

  /// Settings of a Kafka client, by Kafka's names.
  ///
  /// @param home of an installation that has started
  public static Map<String, Object> of(Path home) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(home.resolve("kafka.properties"))) {
      properties.load(reader);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.forEach((name, value) -> settings.put((String) name, value));
    return settings;
  }
}
