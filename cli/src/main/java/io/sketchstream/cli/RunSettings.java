package io.sketchstream.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// `--set NAME=VALUE` of the commands that start a training run in the server.
final class RunSettings {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting that replaces the server's, such as iterations=300.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /// The body of the request for the run.
  ObjectNode body() {
    ObjectNode body = Server.JSON.createObjectNode();
    settings.forEach(body::put);
    return body;
  }
}
