package io.sketchstream.standalone;

import io.sketchstream.broker.BrokerLogin;
import io.sketchstream.broker.BrokerPorts;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Who may use the broker: whoever can read `<home>/kafka.properties`, which is the owner of the
/// home. The file has the settings of a Kafka client, as Kafka's own tools read them, and the same
/// login again under the names that librdkafka clients use. The password stays the same.
///
/// @param ports of the broker
/// @param login that it requires
record BrokerAccess(BrokerPorts ports, BrokerLogin login) {
  private static final String FILE = "kafka.properties";
  private static final String USER = "sketchstream";
  private static final String PASSWORD = "sasl.password";

  /// Reads the password of the home, or makes one, and writes the file.
  static BrokerAccess of(Home home, BrokerPorts ports) throws RefusedStartException {
    BrokerAccess access = new BrokerAccess(ports, login(home.resolve(FILE)));
    Map<String, String> settings = new TreeMap<>(access.client());
    settings.put("sasl.username", access.login().user());
    settings.put(PASSWORD, access.login().password());
    home.write(
        FILE,
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()));
    return access;
  }

  /// Settings of a Kafka client, by Kafka's names.
  Map<String, String> client() {
    Map<String, String> settings = new TreeMap<>(login.client());
    settings.put("bootstrap.servers", ports.bootstrapServers());
    return settings;
  }

  private static BrokerLogin login(Path file) throws RefusedStartException {
    if (!Files.exists(file)) {
      return BrokerLogin.random(USER);
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties settings = new Properties();
      settings.load(reader);
      return new BrokerLogin(USER, settings.getProperty(PASSWORD, ""));
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedStartException(
          file + " can't be read: " + e.getMessage() + "; remove it to get a new password", e);
    }
  }
}
