package io.sketchstream.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.cli.FakeServer.Stored;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The pages of `GET /v1/images` of a [FakeServer], by id, where cursors are ids; and the one page
/// of its labels.
final class ListedPages {
  private ListedPages() {}

  /// @param lines all that were sent
  static String labels(List<String> lines) throws IOException {
    ArrayNode labels = Server.JSON.createArrayNode();
    for (String line : lines) {
      labels.add(Server.JSON.readTree(line));
    }
    return Server.JSON.createObjectNode().put("next", "").set("labels", labels).toString();
  }

  static String page(Map<String, Stored> images, Map<String, String> query) {
    int limit = Integer.parseInt(query.get("limit"));
    List<String> ids =
        images.keySet().stream()
            .filter(id -> id.compareTo(query.getOrDefault("cursor", "")) > 0)
            .toList();
    ObjectNode json = Server.JSON.createObjectNode();
    json.put("generation", "g1").put("total", images.size());
    json.putObject("shards").put("total", 2).put("answered", 2);
    json.putObject("facets").put("boat", 3).put("car", 1);
    json.put("next", ids.size() > limit ? ids.get(limit - 1) : "");
    ArrayNode page = json.putArray("images");
    for (String id : ids.subList(0, Math.min(limit, ids.size()))) {
      page.addObject()
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
