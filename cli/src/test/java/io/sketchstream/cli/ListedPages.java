package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.cli.FakeServer.Stored;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The pages of `GET /v1/images` of a [FakeServer], by id, where cursors are ids; and the removal
/// of what they list.
final class ListedPages {
  private ListedPages() {}

  /// Removes images as `POST /v1/images/delete` does.
  static String delete(Map<String, Stored> images, byte[] body) throws IOException {
    ObjectNode json = Server.JSON.createObjectNode();
    long removed = 0;
    long absent = 0;
    for (JsonNode id : Server.JSON.readTree(body).path("imageIds")) {
      if (images.remove(id.asText()) == null) {
        absent++;
      } else {
        removed++;
      }
    }
    return json.put("removed", removed).put("absent", absent).put("position", "1:7").toString();
  }

  /// Another one becomes active after the first page of those with the word `other`.
  private static String generation(Map<String, String> query) {
    boolean other = query.getOrDefault("text", "").equals("other");
    return other && query.containsKey("cursor") ? "g2" : "g1";
  }

  static String page(Map<String, Stored> images, Map<String, String> query) {
    int limit = Integer.parseInt(query.get("limit"));
    List<String> ids =
        images.keySet().stream()
            .filter(id -> id.compareTo(query.getOrDefault("cursor", "")) > 0)
            .toList();
    ObjectNode json = Server.JSON.createObjectNode();
    json.put("generation", generation(query)).put("total", images.size());
    json.putObject("shards").put("total", 2).put("answered", 2);
    json.putObject("facets").put("boat", 3).put("car", 1);
    json.put("next", ids.size() > limit ? ids.get(limit - 1) : "");
    ArrayNode page = json.putArray("images");
    for (String id : ids.subList(0, Math.min(limit, ids.size()))) {
      ObjectNode image = page.addObject();
      if (query.containsKey("vectors")) {
        image.putArray("vector").add(0.6f).add(0.8f);
      }
      image
          .put("imageId", id)
          .put("title", images.get(id).query().get("title"))
          .put("ingestedAt", "2026-01-31T08:00:00.123456Z")
          .putArray("tags")
          .add("boat")
          .add("red");
    }
    return json.toString();
  }
}
