package io.sketchstream.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The options of `sketchstream up`.
@Command(
    name = "sketchstream up",
    description = "Start Sketchstream on this machine.",
    usageHelpAutoWidth = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped normally",
      "1:could not start, the broker failed, or stopping took too long; the message says why",
      "2:the command line is not valid"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream up",
      "  sketchstream up --port 9000 --home /srv/gallery --watch ~/Pictures",
      "  ACCESS_TOKEN=... sketchstream up --host 0.0.0.0",
      "  sketchstream up --config /etc/sketchstream.properties"
    })
final class UpOptions {
  private static final int PORT_MAX = 65_535;
  private static final int SUGGESTIONS_MAX = 3;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      converter = Port.class,
      description = "HTTP port (default: ${DEFAULT-VALUE}; 0: any free port).")
  private int port;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      defaultValue = "${env:SKETCHSTREAM_HOME:-~/.sketchstream}",
      converter = Directory.class,
      description =
          "Directory for gallery, index and logs (default: $$SKETCHSTREAM_HOME, or"
              + " ~/.sketchstream).")
  private Path home;

  @Option(
      names = "--model",
      paramLabel = "NAME_OR_DIR",
      converter = Text.class,
      description =
          "Directory of a model, or the name of one in the home (default: the model that ships with"
              + " Sketchstream).")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      converter = Text.class,
      description =
          "Address that HTTP listens on (default: ${DEFAULT-VALUE}). Any address other than"
              + " loopback needs a token.")
  private String host;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      converter = Text.class,
      description =
          "Token that callers must send as 'Authorization: Bearer TOKEN' (default: $$ACCESS_TOKEN,"
              + " which other users of the machine cannot see).")
  private Optional<String> token = Optional.empty();

  @Option(
      names = "--watch",
      paramLabel = "DIR",
      converter = Directory.class,
      description = "Keep the images below this directory in the gallery; can be repeated.")
  private List<Path> watch = new ArrayList<>();

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      defaultValue = "0",
      converter = Port.class,
      description = "Port of the Kafka broker on 127.0.0.1 (default: a free one).")
  private int kafkaPort;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      converter = Directory.class,
      description =
          "File of these options (such as 'port=9000') and of settings, one a line (default:"
              + " sketchstream.properties in the home). Options on the command line take"
              + " precedence.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  private ConfigFile file = ConfigFile.none();

  private UpOptions() {}

  /// @param args what follows `up`; `--name value` and `--name=value` mean the same
  /// @throws RefusedStartException when an option is unknown or its value is not valid
  static UpOptions parse(String... args) throws RefusedStartException {
    UpOptions alone = parse(ConfigFile.none(), args);
    if (alone.help) {
      return alone;
    }
    ConfigFile file =
        alone.config.isPresent()
            ? ConfigFile.read(alone.config.get())
            : ConfigFile.ofHome(alone.home);
    UpOptions options = parse(file, args);
    file.onlyOneFor(options.home);
    return options;
  }

  private static UpOptions parse(ConfigFile file, String... args) throws RefusedStartException {
    UpOptions options = new UpOptions();
    options.file = file;
    try {
      new CommandLine(options)
          .setDefaultValueProvider(
              option -> file.option(name(option)).orElse(null)) // Null: the option's own.
          .parseArgs(args);
      if (options.watch.isEmpty()) {
        file.watch().stream().map(new Directory()::convert).forEach(options.watch::add);
      }
      return options;
    } catch (ParameterException e) {
      throw new RefusedStartException(
          e.getMessage() + ofFile(e, file) + suggestion(e) + "\nSee: sketchstream up --help", e);
    }
  }

  private static String name(ArgSpec option) {
    return option instanceof OptionSpec named ? named.longestName().replaceFirst("^--", "") : "";
  }

  /// Says where a value stands that is not on the command line.
  private static String ofFile(ParameterException e, ConfigFile file) {
    ArgSpec option = e.getArgSpec();
    return option != null
            && e.getValue() != null
            && file.option(name(option)).equals(Optional.of(e.getValue()))
        ? " (in " + file.path().orElseThrow() + ")"
        : "";
  }

  /// The help text, if requested.
  Optional<String> help() {
    if (!help) {
      return Optional.empty();
    }
    return Optional.of(new CommandLine(this).getUsageMessage(CommandLine.Help.Ansi.OFF));
  }

  /// The HTTP port; 0 for any free one.
  int port() {
    return port;
  }

  /// The home directory.
  Path home() {
    return home;
  }

  /// The model to serve, a directory or a name; empty for the default.
  Optional<String> model() {
    return model;
  }

  /// The address that HTTP listens on.
  String host() {
    return host;
  }

  Optional<String> token() {
    return token;
  }

  /// Watched directories, whose images are kept in the gallery.
  List<Path> watch() {
    return watch;
  }

  /// The port of the Kafka broker; 0 for any free one.
  int kafkaPort() {
    return kafkaPort;
  }

  /// The file that more options and settings are from.
  ConfigFile file() {
    return file;
  }

  private static String suggestion(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    List<String> similar = unmatched.getSuggestions();
    return similar.isEmpty()
        ? ""
        : ". Did you mean "
            + String.join(" or ", similar.subList(0, Math.min(SUGGESTIONS_MAX, similar.size())))
            + "?";
  }

  private static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 0 && port <= PORT_MAX) {
          return port;
        }
      } catch (NumberFormatException e) {
        // The same message: it is not a port either way.
      }
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is not a port: 0 to " + PORT_MAX);
    }
  }

  private static final class Directory implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      String path = new Text().convert(text);
      // Shells leave `--home=~/gallery` as it is.
      return (path.equals("~") || path.startsWith("~/")
              ? Path.of(System.getProperty("user.home") + path.substring(1))
              : Path.of(path))
          .toAbsolutePath()
          .normalize();
    }
  }

  private static final class Text implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (text.isEmpty()) {
        throw new CommandLine.TypeConversionException("the value is empty");
      }
      return text;
    }
  }
}
