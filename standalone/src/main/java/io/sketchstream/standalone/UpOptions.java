package io.sketchstream.standalone;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What `sketchstream up` was asked for.
///
/// @param port where HTTP listens, on loopback; 0 takes any free one
/// @param home where everything is kept
/// @param model the model to serve, a directory or a name; empty for the default
record UpOptions(int port, Path home, Optional<String> model) {
  static final String USAGE =
      """
      usage: sketchstream up [--port PORT] [--home DIR] [--model NAME_OR_DIR]

        --port PORT          HTTP port on 127.0.0.1 (default 8080; 0 takes a free one)
        --home DIR           where the gallery, the index and the logs are kept
                             (default ~/.sketchstream)
        --model NAME_OR_DIR  directory of a model artifact, or the name of one in the home
                             (default: the model that comes with Sketchstream)
      """;

  private static final int PORT_DEFAULT = 8080;
  private static final int PORT_MAX = 65_535;

  /// @param args what follows `up`; `--name value` and `--name=value` mean the same
  /// @throws RefusedStartException when an option is unknown or its value is not valid
  static UpOptions parse(String... args) throws RefusedStartException {
    int port = PORT_DEFAULT;
    Path home = expand("~/.sketchstream");
    Optional<String> model = Optional.empty();
    Deque<String> left = new ArrayDeque<>(List.of(args));
    while (!left.isEmpty()) {
      String name = splitAssignment(left);
      switch (name) {
        case "--port" -> port = parsePort(value(name, left));
        case "--home" -> home = expand(value(name, left));
        case "--model" -> model = Optional.of(value(name, left));
        default -> throw new RefusedStartException("unknown option '" + name + "'\n\n" + USAGE);
      }
    }
    return new UpOptions(port, home.toAbsolutePath().normalize(), model);
  }

  private static String splitAssignment(Deque<String> left) {
    String argument = left.removeFirst();
    int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
    if (equals < 0) {
      return argument;
    }
    left.addFirst(argument.substring(equals + 1));
    return argument.substring(0, equals);
  }

  private static String value(String name, Deque<String> left) throws RefusedStartException {
    if (left.isEmpty() || left.peekFirst().isEmpty()) {
      throw new RefusedStartException("option " + name + " needs a value\n\n" + USAGE);
    }
    return left.removeFirst();
  }

  private static int parsePort(String text) throws RefusedStartException {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= PORT_MAX) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same sentence: it is no port either way.
    }
    throw new RefusedStartException("'" + text + "' is not a port: 0 to " + PORT_MAX);
  }

  /// Shells leave `--home=~/gallery` as it is.
  private static Path expand(String path) {
    return path.equals("~") || path.startsWith("~/")
        ? Path.of(System.getProperty("user.home") + path.substring(1))
        : Path.of(path);
  }
}
