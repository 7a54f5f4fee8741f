package io.sketchstream.cli;

import java.net.URI;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Address and token of the server; shared by all commands that use one.
final class ServerOption {
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

  /// @throws ParameterException when the address is not an HTTP URL
  Server open() {
    try {
      URI uri = URI.create(address.contains("://") ? address : "http://" + address);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return new Server(uri, token);
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new ParameterException(
        spec.commandLine(),
        "--server: '" + address + "' is not an address such as http://host:8080");
  }
}
