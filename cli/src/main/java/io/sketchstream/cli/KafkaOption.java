package io.sketchstream.cli;

import io.sketchstream.cli.backup.KafkaAccess;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where Kafka is, and how to log in; shared by the commands that talk to it.
final class KafkaOption {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Address of Kafka (default: as reported by the server; see 'status').")
  private Optional<String> address = Optional.empty();

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "File of Kafka client settings (such as security.protocol), one 'key=value' per line, as"
              + " Kafka's own tools read it; 'up' writes kafka.properties into its home"
              + " (default: that of --home, for its own Kafka).")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      defaultValue = "${env:SKETCHSTREAM_HOME:-${sys:user.home}/.sketchstream}",
      description = "Home of the installation (default: $$SKETCHSTREAM_HOME, or ~/.sketchstream).")
  private Path home;

  @Spec(Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec spec;

  /// @param known address by the server; may be empty
  KafkaAccess open(String known) {
    Map<String, String> settings = new TreeMap<>();
    file.or(() -> ofHome(known)).ifPresent(path -> settings.putAll(read(path)));
    boolean named = settings.containsKey("bootstrap.servers");
    try {
      return KafkaAccess.of(address.orElse(named ? "" : known), settings);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  /// The file of options and settings in the home of the server's Kafka, where it has one.
  ///
  /// @param known address by the server; may be empty
  Optional<Path> configOfHome(String known) {
    return file.or(() -> ofHome(known))
        .map(path -> path.toAbsolutePath().resolveSibling("sketchstream.properties"))
        .filter(Files::isRegularFile);
  }

  /// What went wrong with Kafka, for people.
  static CommandFailure failure(KafkaAccess kafka, KafkaException e) {
    if (e instanceof InterruptException) {
      return new CommandFailure("stopped", Main.STOPPED);
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new CommandFailure(
        "Kafka at %s: %s; --home names the home of 'up', --kafka another address, --kafka-config a file with the login"
            .formatted(kafka, cause.getMessage() == null ? cause : cause.getMessage()));
  }

  /// The settings of the installation, where its Kafka is the one that the server names.
  private Optional<Path> ofHome(String known) {
    Path own = home.resolve("kafka.properties");
    String wanted = address.orElse(known);
    return Optional.of(own)
        .filter(Files::isReadable)
        .filter(path -> wanted.equals(read(path).get("bootstrap.servers")));
  }

  private Map<String, String> read(Path path) {
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(path)) {
      properties.load(text);
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--kafka-config: " + path + " can't be read: " + e.getMessage());
    }
    Map<String, String> settings = new TreeMap<>();
    properties.stringPropertyNames().forEach(k -> settings.put(k, properties.getProperty(k)));
    return settings;
  }
}
