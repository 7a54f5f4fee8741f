package io.sketchstream.cli;

import java.net.URI;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Address and token of the server; shared by all commands that use one.
final class ServerOption {
  private static final int PORT_MAX = 65_535;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "Address of the server (default: $$SKETCHSTREAM_SERVER, or http://127.0.0.1:8080).",
      defaultValue = "${env:SKETCHSTREAM_SERVER:-http://127.0.0.1:8080}")
  private String address;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Access token of the server, if it has one (default: $$SKETCHSTREAM_TOKEN).",
      defaultValue = "${env:SKETCHSTREAM_TOKEN:-}")
  private String token;

  @Spec(Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec spec;

  /// @throws ParameterException when the address is not an HTTP URL, or the token none
  Server open() {
    String key = token.strip(); // A file with a key often ends its line.
    if (!key.matches("[!-~]*")) {
      throw new ParameterException(
          spec.commandLine(), "--token: a token has no blanks, and ASCII characters only");
    }
    try {
      URI uri = URI.create(address.contains("://") ? address : "http://" + address);
      if (uri.getHost() != null
          && uri.getPort() <= PORT_MAX
          && uri.getRawQuery() == null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return new Server(uri, key);
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new ParameterException(
        spec.commandLine(),
        "--server: '" + address + "' is not an address such as http://host:8080");
  }
}
