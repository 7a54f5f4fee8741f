package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.operations.Settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Generates `docs/configuration.md` from the sources, and fails if it is out of date.
final class ConfigurationTableTest {
  private static final String WRITE = "configuration.write";
  private static final Path FILE = Repository.ROOT.resolve("docs/configuration.md");

  @Test
  void isUpToDate() throws IOException {
    String table = table();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(FILE, table);
    }
    assertEquals(
        Files.exists(FILE) ? Files.readString(FILE) : "",
        table,
        "generate it again: ./mvnw -pl operations -am test -Dtest=ConfigurationTableTest -D"
            + WRITE
            + "=true -Dsurefire.failIfNoSpecifiedTests=false");
  }

  @Test
  void knowsTheSettingsOfEveryService() {
    Settings.ofServices()
        .forEach((service, settings) ->
            assertFalse(settings.isEmpty(), () -> service + " has no settings"));
    assertTrue(Settings.isKnown("QUERY_HNSW_MAX_CONN"));
    assertTrue(Settings.isKnown("TRAINING_ROLLOUT_AUTOMATIC"));
    assertTrue(Settings.isKnown("KAFKA_SASL_JAAS_CONFIG"));
    assertTrue(Settings.isKnown("TRACING_ENDPOINT"));
    assertFalse(Settings.isKnown("QUERY_HNSW_MAX_CON"));
    assertFalse(Settings.isKnown("KAFKA_SASL_JASS_CONFIG"));
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Settings

        Generated from the sources by `ConfigurationTableTest`; do not edit.

        Every setting is a system property (`-Dquery.timeout=2s`) or an environment variable (`QUERY_TIMEOUT=2s`), for one
        service or, in `./sketchstream up` by `JAVA_OPTS`, for all. `up` also reads them from `sketchstream.properties` in its
        home, or the file that `--config` names (`query.timeout=2s`). Durations are `250ms`, `5s`, `2m`; sizes `64M`, `1G`. A value
        out of range, and a key under a service's prefix that does not exist, stops the start and is named. `up` sets some of
        them itself (home, port, host, model, broker: its options); given from outside they would have no effect, and it
        refuses to start.

        """);
    List<Setting> shared = new ArrayList<>(Settings.SHARED);
    shared.addAll(Settings.ofTheShell());
    section(text, "All services", shared);
    text.append(
        """
        Every setting of Kafka's clients is `kafka.` and its own name, for all clients of a service. TLS with a password:

        ```
        KAFKA_SECURITY_PROTOCOL=SASL_SSL
        KAFKA_SASL_MECHANISM=SCRAM-SHA-512
        KAFKA_SASL_JAAS_CONFIG=org.apache.kafka.common.security.scram.ScramLoginModule required username="..." password="...";
        KAFKA_SSL_TRUSTSTORE_LOCATION=/etc/kafka/ca.p12
        KAFKA_SSL_TRUSTSTORE_PASSWORD=...
        ```

        """);
    List<Setting> platform =
        Settings.PLATFORM.entrySet().stream()
            .map(entry -> new Setting(entry.getKey(), "", "", entry.getValue()))
            .toList();
    section(text, "The platform", platform);
    Settings.ofServices()
        .forEach((service, settings) -> section(text, service + "-service", settings));
    return text.toString().stripTrailing() + "\n";
  }

  private static void section(StringBuilder text, String title, List<Setting> settings) {
    text.append("## ").append(title).append("\n\n");
    text.append("| setting | environment | default | what |\n|---|---|---|---|\n");
    for (Setting setting : settings) {
      text.append(
          "| `%s` | `%s` | %s | %s |%n"
              .formatted(
                  setting.key(), setting.variable(), setting.initially(), setting.description()));
    }
    text.append('\n');
  }
}
