package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.shell.problem.StrictJson;
import io.sketchstream.training.leadership.CommandRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

/// Reads the settings requested for a run: a JSON object, nested or with dotted names.
final class RunOverrides {
  private RunOverrides() {}

  /// @param body may be empty
  /// @throws CommandRefusedException when it is not a JSON object of plain values
  static Map<String, String> parse(InputStream body) {
    Map<String, String> overrides = new TreeMap<>();
    try {
      byte[] bytes = body.readAllBytes();
      if (new String(bytes, UTF_8).isBlank()) {
        return overrides;
      }
      flatten(
          "",
          StrictJson.object("the body", "{\"iterations\": 500}", bytes, RunOverrides::refused),
          overrides);
      return overrides;
    } catch (IOException e) {
      throw refused("the body can't be read: " + e.getMessage());
    }
  }

  private static void flatten(String prefix, JsonNode object, Map<String, String> into) {
    object
        .properties()
        .forEach(entry -> {
          if (entry.getValue().isObject()) {
            flatten(prefix + entry.getKey() + ".", entry.getValue(), into);
          } else if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
            into.put(prefix + entry.getKey(), entry.getValue().asText());
          } else {
            throw refused(prefix + entry.getKey() + " must be a number, a string or a boolean");
          }
        });
  }

  private static CommandRefusedException refused(String reason) {
    return new CommandRefusedException(CommandRefusedException.Kind.INVALID, reason);
  }
}
