package io.sketchstream.training.runs;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/// Reads the settings that somebody wants of a run: a JSON object, nested or with dots in its
/// names.
final class RunOverrides {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunOverrides() {}

  /// @param body may be empty
  /// @throws RunRefusedException when it is no JSON object of plain values
  static Map<String, String> parse(String body) {
    Map<String, String> overrides = new TreeMap<>();
    if (body == null || body.isBlank()) {
      return overrides;
    }
    try {
      JsonNode json = JSON.readTree(body);
      if (!json.isObject()) {
        throw refused("the body must be a JSON object of settings");
      }
      flatten("", json, overrides);
      return overrides;
    } catch (JacksonException e) {
      throw refused("the body is not valid JSON: " + e.getOriginalMessage());
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
            throw refused(prefix + entry.getKey() + " must be a number, a word or true or false");
          }
        });
  }

  private static RunRefusedException refused(String reason) {
    return new RunRefusedException(RunRefusedException.Kind.BAD_REQUEST, reason);
  }
}
