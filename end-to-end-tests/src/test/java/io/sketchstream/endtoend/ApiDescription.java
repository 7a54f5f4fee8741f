package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The OpenAPI document of all services together, as `/q/openapi?format=json` gives it.
final class ApiDescription {
  private static final Set<String> VERBS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private final JsonNode document;

  ApiDescription(byte[] json) throws IOException {
    document = new ObjectMapper().readTree(json);
  }

  void assertDescribes(List<String> paths) {
    for (String path : paths) {
      assertTrue(document.path("paths").has(path), path + " is missing from the API's description");
    }
  }

  /// Generated clients name their methods by these ids.
  void assertEveryOperationHasAnIdOfItsOwn() {
    Map<String, String> byId = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (VERBS.contains(operation.getKey())) {
          String call = operation.getKey() + " " + path.getKey();
          String id = operation.getValue().path("operationId").asText();
          if (!id.matches("[a-z][a-zA-Z]+")) {
            wrong.add(call + " has the id '" + id + "'");
          } else if (byId.putIfAbsent(id, call) != null) {
            wrong.add(call + " has the id of " + byId.get(id) + ": " + id);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    for (String id : List.of("putImage", "deleteImages", "searchBySketch", "exportLabels")) {
      assertTrue(byId.containsKey(id), id + " is missing from " + byId);
    }
  }
}
