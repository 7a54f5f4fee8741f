package io.sketchstream.standalone;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/// A file of options and settings for `up`, one `key=value` a line as Java's properties, in UTF-8:
/// the options by their names without dashes, and any setting of the services.
///
/// ```
/// port = 9000
/// watch = /srv/pictures, /srv/scans
/// ingest.max-bytes = 64M
/// ```
final class ConfigFile {
  /// Its name in a home, where it is read without being named.
  static final String NAME = "sketchstream.properties";

  /// What the names of settings begin with. Names below ours are checked when the services start.
  static final Set<String> PREFIXES =
      Set.of(
          "access",
          "embed",
          "ingest",
          "kafka",
          "log",
          "quarkus",
          "query",
          "topics",
          "tracing",
          "training");

  private static final Set<String> OPTIONS =
      Set.of("port", "home", "model", "host", "token", "watch", "kafka-port");
  private static final int SIZE_MAX = 1 << 20;

  private final Optional<Path> path;
  private final Map<String, String> options = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();

  private ConfigFile(Optional<Path> path) {
    this.path = path;
  }

  /// No file.
  static ConfigFile none() {
    return new ConfigFile(Optional.empty());
  }

  /// The file of a home; none where the home has none.
  static ConfigFile ofHome(Path home) throws RefusedStartException {
    Path path = home.resolve(NAME);
    if (!Files.exists(path)) {
      return none();
    }
    ConfigFile file = read(path);
    if (file.options.containsKey("home")) {
      throw new RefusedStartException(
          path + ": 'home' can't be set by the file of a home; use --home, or --config FILE");
    }
    return file;
  }

  /// @throws RefusedStartException naming the file, the key and the reason; also if a key is given
  ///   twice
  static ConfigFile read(Path path) throws RefusedStartException {
    ConfigFile file = new ConfigFile(Optional.of(path));
    Properties properties = properties(path);
    for (String key : properties.stringPropertyNames()) {
      file.add(key, properties.getProperty(key).strip());
    }
    return file;
  }

  /// Refuses that another file is read while the home has one, which would have no effect.
  void onlyOneFor(Path home) throws RefusedStartException {
    Path own = home.resolve(NAME);
    try {
      if (path.isPresent() && Files.exists(own) && !Files.isSameFile(own, path.get())) {
        throw new RefusedStartException(
            ("--config %s: the home has a file of its own, %s, which would have no effect;"
                    + " move its lines into one of them")
                .formatted(path.get(), own));
      }
    } catch (IOException e) {
      throw new RefusedStartException(own + " can't be read: " + e.getMessage(), e);
    }
  }

  Optional<Path> path() {
    return path;
  }

  /// The value of an option, by its name without dashes.
  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name)).filter(_ -> !name.equals("watch"));
  }

  /// The watched directories; a comma in a name has a backslash before it.
  List<String> watch() {
    String value = options.get("watch");
    return value == null
        ? List.of()
        : java.util.Arrays.stream(value.split("(?<!\\\\),"))
            .map(text -> text.strip().replace("\\,", ","))
            .filter(text -> !text.isEmpty())
            .map(this::beside)
            .toList();
  }

  /// The settings of the services.
  Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  private void add(String key, String value) throws RefusedStartException {
    if (OPTIONS.contains(key)) {
      options.put(key, key.equals("home") ? beside(value) : value);
    } else if (PREFIXES.contains(key.replaceFirst("\\..*", "")) && key.contains(".")) {
      settings.put(key, value);
    } else {
      throw new RefusedStartException(
          "%s: '%s' is neither an option of `up` nor a setting; see docs/configuration.md"
              .formatted(path.orElseThrow(), key));
    }
  }

  /// Directories are relative to the file, wherever it is read from.
  private String beside(String directory) {
    return directory.startsWith("~") || directory.isEmpty()
        ? directory
        : path.orElseThrow().toAbsolutePath().resolveSibling(directory).toString();
  }

  private static Properties properties(Path path) throws RefusedStartException {
    Properties properties = new UniqueProperties();
    try {
      if (Files.size(path) > SIZE_MAX) {
        throw new RefusedStartException(path + " is larger than " + SIZE_MAX + " bytes");
      }
      properties.load(new StringReader(Files.readString(path, StandardCharsets.UTF_8)));
      return properties;
    } catch (java.nio.file.NoSuchFileException e) {
      throw new RefusedStartException("--config: there is no file " + path, e);
    } catch (CharacterCodingException e) {
      throw new RefusedStartException(path + " is not UTF-8", e);
    } catch (IllegalArgumentException e) {
      throw new RefusedStartException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RefusedStartException(path + " can't be read: " + e.getMessage(), e);
    }
  }

  /// Properties of which none replaces another.
  private static final class UniqueProperties extends Properties {
    @Override
    public synchronized Object put(Object key, Object value) {
      if (containsKey(key)) {
        throw new IllegalArgumentException("'" + key + "' is given twice");
      }
      return super.put(key, value);
    }
  }
}
