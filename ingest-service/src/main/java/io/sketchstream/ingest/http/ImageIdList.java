package io.sketchstream.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.shell.problem.StrictJson;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads ids of images: `{"imageIds": ["cat-1", "cat-2"]}`. Nothing else is allowed: a filter sent
/// here must not look as if it had been applied.
final class ImageIdList {
  /// Most ids of one call; also the largest page of the gallery list.
  static final int COUNT_MAX = 1_000;

  private static final String IDS = "imageIds";
  private static final String EXAMPLE = "{\"imageIds\": [\"cat-1\"]}";

  private ImageIdList() {}

  /// @return at least one, none twice
  /// @throws RefusedException naming what is wrong
  static List<String> parse(byte[] json) throws RefusedException {
    JsonNode ids = array(json);
    if (ids.isEmpty()) {
      throw refusal("imageIds is empty: name the images");
    }
    if (ids.size() > COUNT_MAX) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "imageIds holds %d ids; at most %d are accepted".formatted(ids.size(), COUNT_MAX));
    }
    Set<String> checked = new LinkedHashSet<>();
    for (JsonNode id : ids) {
      if (!id.isTextual()) {
        throw refusal("imageIds holds %s, which is not a string".formatted(id));
      }
      checked.add(ImageIds.check(id.textValue()));
    }
    return List.copyOf(checked);
  }

  private static JsonNode array(byte[] json) throws RefusedException {
    JsonNode body = StrictJson.object("the body", EXAMPLE, json, ImageIdList::refusal);
    for (String name : (Iterable<String>) body::fieldNames) {
      if (!name.equals(IDS)) {
        throw refusal(
            "'%s' is not known; for a filter, list what matches with GET /v1/images?filter= and"
                    .formatted(name)
                + " send the ids");
      }
    }
    if (!body.path(IDS).isArray()) {
      throw refusal("imageIds is not an array of ids, as in " + EXAMPLE);
    }
    return body.get(IDS);
  }

  private static RefusedException refusal(String reason) {
    return new RefusedException(Reason.BAD_REQUEST, reason);
  }
}
