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

  /// Each answer that is JSON has a schema, and each error is a problem detail.
  void assertEveryAnswerIsDescribed() {
    List<String> wrong = new ArrayList<>();
    forEachOperation((call, operation) -> {
      JsonNode responses = operation.path("responses");
      if (responses.propertyStream().noneMatch(response -> response.getKey().startsWith("2"))) {
        wrong.add(call + " has no answer but errors");
      }
      for (String status : List.of("401", "403", "429", "503", "default")) {
        if (!responses.has(status)) {
          wrong.add(call + " lacks " + status);
        }
      }
      for (Map.Entry<String, JsonNode> response : responses.properties()) {
        JsonNode content = response.getValue().path("content");
        if (response.getKey().matches("[45].*|default")) {
          String problem = content.at("/application~1problem+json/schema/$ref").asText();
          if (!problem.equals("#/components/schemas/Problem")) {
            wrong.add(call + " " + response.getKey() + " is no problem: " + content);
          }
        } else if (content.has("application/json")
            && content.at("/application~1json/schema").isEmpty()) {
          wrong.add(call + " " + response.getKey() + " has no schema");
        }
      }
      if (operation.at("/requestBody/content").has("*/*")) {
        wrong.add(call + " takes a body of no named type");
      }
    });
    assertEquals(List.of(), wrong);
  }

  void assertSaysWhatItIs() {
    assertEquals("Sketchstream", document.at("/info/title").asText());
    assertTrue(document.at("/info/version").asText().matches("\\d+\\..*"), document::toString);
    assertEquals("Apache-2.0", document.at("/info/license/name").asText());
    assertEquals("bearer", document.at("/components/securitySchemes/bearer/scheme").asText());
    assertEquals(
        "sketchstream-token", document.at("/components/securitySchemes/cookie/name").asText());
    for (String call : List.of("/v1/search/post", "/v1/images/get", "/v1/models/get")) {
      String path = call.substring(0, call.lastIndexOf('/'));
      JsonNode operation = document.path("paths").path(path).path(call.replaceAll(".*/", ""));
      JsonNode examples = operation.at("/responses/200/content/application~1json/examples");
      assertTrue(examples.size() > 0 && examples.iterator().next().path("value").isObject(), call);
    }
  }

  private void forEachOperation(java.util.function.BiConsumer<String, JsonNode> visitor) {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (VERBS.contains(operation.getKey())) {
          visitor.accept(operation.getKey() + " " + path.getKey(), operation.getValue());
        }
      }
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
