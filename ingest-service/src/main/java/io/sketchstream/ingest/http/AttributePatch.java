package io.sketchstream.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.Texts;
import io.sketchstream.ingest.gallery.AttributeBounds;
import io.sketchstream.ingest.gallery.Gallery.AttributeChange;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.shell.problem.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A change of attributes as a JSON merge patch (RFC 7386): it replaces the attributes that it
/// names; null empties one; the others stay. `extra` is merged by name.
final class AttributePatch implements AttributeChange {
  private final JsonNode patch;

  private AttributePatch(JsonNode patch) {
    this.patch = patch;
  }

  /// @throws RefusedException when it is not a JSON object
  static AttributePatch parse(byte[] json) throws RefusedException {
    return new AttributePatch(
        StrictJson.object("the patch", "{\"tags\": [\"cat\"]}", json, AttributePatch::refusal));
  }

  @Override
  public ImageAttributes of(ImageAttributes before) throws RefusedException {
    ImageAttributes.Builder attributes = before.toBuilder();
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "title" -> attributes.setTitle(Texts.normalized(text("title", value)));
        case "uri" -> attributes.setUri(text("uri", value).strip());
        case "tags" -> AttributeReader.setTags(attributes, texts(value));
        case "extra" -> mergeExtra(attributes, value);
        case AttributeReader.GALLERY ->
            AttributeReader.setGallery(attributes, text(AttributeReader.GALLERY, value));
        default ->
            throw refusal(
                "'%s' is not an attribute; known are title, tags, uri, gallery and extra"
                    .formatted(member.getKey()));
      }
    }
    return AttributeBounds.check(attributes.build());
  }

  private static void mergeExtra(ImageAttributes.Builder attributes, JsonNode value)
      throws RefusedException {
    if (value.isNull()) {
      attributes.clearExtra();
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> extra : value.properties()) {
        if (extra.getValue().isNull()) {
          attributes.removeExtra(Texts.composed(extra.getKey()));
        } else {
          AttributeReader.putExtra(
              attributes, extra.getKey(), text("extra." + extra.getKey(), extra.getValue()));
        }
      }
    } else {
      throw refusal("extra is not an object of strings");
    }
  }

  private static List<String> texts(JsonNode value) throws RefusedException {
    if (value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw refusal("tags is not an array of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode tag : value) {
      if (!tag.isTextual()) {
        throw refusal("tags holds %s, which is not a string".formatted(tag));
      }
      texts.add(tag.textValue());
    }
    return texts;
  }

  private static String text(String name, JsonNode value) throws RefusedException {
    if (value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw refusal("%s is %s, not a string".formatted(name, value));
    }
    return value.textValue();
  }

  private static RefusedException refusal(String reason) {
    return new RefusedException(Reason.BAD_ATTRIBUTES, reason);
  }
}
