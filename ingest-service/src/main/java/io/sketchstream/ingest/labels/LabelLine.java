package io.sketchstream.ingest.labels;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Sha256;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Texts;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.process.DecoderUnavailableException;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.images.sketch.StrokesJson;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.shell.problem.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;

/// Reads one label from one line of JSON: `{imageId | strokes | sketch, class, wrong, labelledBy,
/// labelId, withdrawn}`. A sketch is rendered once, so that one that is unusable for training is
/// refused here.
///
/// **Threads:** any.
public final class LabelLine {
  private static final Set<String> KNOWN =
      Set.of(
          "imageId", "strokes", "sketch", "class", "labelledBy", "labelId", "withdrawn", "wrong");
  private static final int NAME_CHARS_MAX = 200;
  private static final int SKETCH_BYTES_MAX = 1 << 20;
  private static final int TRIAL_SIZE = 64;

  private final SketchRenderer renderer;

  public LabelLine(SketchRenderer renderer) {
    this.renderer = renderer;
  }

  /// A label that is ready to be written.
  ///
  /// @param withdrawn whether the label is withdrawn
  /// @param named whether the caller gave it its id
  public record Label(ExampleLabelled event, boolean withdrawn, boolean named) {}

  /// @throws RefusedException naming what is wrong with the line
  Label parse(byte[] line, Instant now) throws RefusedException {
    JsonNode json = object(line);
    ExampleLabelled.Builder label =
        ExampleLabelled.newBuilder()
            .setLabelledBy(text(json, "labelledBy"))
            .setLabelledAt(Instants.timestamp(now));
    boolean withdrawn = flag(json, "withdrawn");
    String labelId = text(json, "labelId");
    if (!(withdrawn && !labelId.isEmpty())) {
      setExample(label, json);
    }
    boolean wrong = flag(json, "wrong");
    String className = text(json, "class");
    if (className.isEmpty() && (!withdrawn || (wrong && labelId.isEmpty()))) {
      throw refused("class is missing");
    }
    label.setClassName(className).setWrong(wrong);
    label.setLabelId(labelId.isEmpty() ? idOf(label) : checkId("labelId", labelId));
    return new Label(label.build(), withdrawn, !labelId.isEmpty());
  }

  private static JsonNode object(byte[] line) throws RefusedException {
    JsonNode json =
        StrictJson.object(
            "the line", "{\"imageId\": \"cat-1\", \"class\": \"cat\"}", line, LabelLine::refused);
    for (String name : (Iterable<String>) json::fieldNames) {
      if (!KNOWN.contains(name)) {
        throw refused("'%s' is not a field of a label".formatted(name));
      }
    }
    return json;
  }

  private void setExample(ExampleLabelled.Builder label, JsonNode json) throws RefusedException {
    long examples =
        java.util.stream.Stream.of("imageId", "strokes", "sketch").filter(json::hasNonNull).count();
    if (examples != 1) {
      throw refused("a label needs exactly one of imageId, strokes and sketch");
    }
    if (json.hasNonNull("imageId")) {
      label.setImageId(checkId("imageId", text(json, "imageId")));
      return;
    }
    try {
      Sketch sketch = sketch(json);
      renderer.render(sketch, TRIAL_SIZE);
      label.setSketch(sketch);
    } catch (RefusedImageException e) {
      throw refused(e.getMessage(), e);
    } catch (DecoderUnavailableException e) {
      throw new UnavailableException(e.getMessage(), e);
    }
  }

  private static Sketch sketch(JsonNode json) throws RefusedImageException, RefusedException {
    if (json.hasNonNull("strokes")) {
      byte[] strokes = json.get("strokes").toString().getBytes(StandardCharsets.UTF_8);
      return Sketch.newBuilder().setStrokes(StrokesJson.parse(strokes)).build();
    }
    try {
      byte[] raster = json.get("sketch").binaryValue();
      if (raster == null || raster.length == 0 || raster.length > SKETCH_BYTES_MAX) {
        throw refused("sketch must be base64 of 1 to %d bytes".formatted(SKETCH_BYTES_MAX));
      }
      return Sketch.newBuilder().setRaster(ByteString.copyFrom(raster)).build();
    } catch (IOException e) {
      throw refused("sketch is not valid base64", e);
    }
  }

  /// One label for each example and labeller, so that labelling again replaces the label. For
  /// "wrong" labels, one for each class as well, since an example can be wrong for several classes.
  private static String idOf(ExampleLabelled.Builder label) {
    ExampleLabelled.Builder example = ExampleLabelled.newBuilder(label.build()).clearLabelledAt();
    if (!label.getWrong()) {
      example.clearClassName();
    }
    return Sha256.hex(example.build().toByteArray());
  }

  private static String checkId(String field, String id) throws RefusedException {
    try {
      return ImageIds.check(id);
    } catch (RefusedException e) {
      throw new RefusedException(e.reason(), field + " " + e.getMessage(), e);
    }
  }

  /// Anything else than a boolean might be meant either way.
  private static boolean flag(JsonNode json, String field) throws RefusedException {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw refused("%s is %.100s, not true or false".formatted(field, value));
    }
    return value.booleanValue();
  }

  private static String text(JsonNode json, String field) throws RefusedException {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw refused(field + " is not a string");
    }
    String text = Texts.normalized(value.textValue());
    if (text.length() > NAME_CHARS_MAX) {
      throw refused("%s has more than %d characters".formatted(field, NAME_CHARS_MAX));
    }
    return text;
  }

  private static RefusedException refused(String detail) {
    return new RefusedException(Reason.BAD_REQUEST, detail);
  }

  private static RefusedException refused(String detail, Exception cause) {
    return new RefusedException(Reason.BAD_REQUEST, detail, cause);
  }
}
