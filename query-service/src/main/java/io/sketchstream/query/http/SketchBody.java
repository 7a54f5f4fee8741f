package io.sketchstream.query.http;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.sketch.StrokesJson;
import io.sketchstream.shell.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;

/// The sketch in a request body: strokes when it begins like JSON, else an image file. The embedder
/// decides whether an image can be read; it enforces the limits.
final class SketchBody {
  private SketchBody() {}

  /// @throws ProblemException when there is none
  static Sketch read(InputStream body) throws IOException {
    byte[] bytes = body.readAllBytes();
    if (bytes.length == 0) {
      throw new ProblemException(
          400,
          "the request has no sketch: its body is empty; to search by words only: GET"
              + " /v1/images?text=WORDS");
    }
    return of(bytes);
  }

  static Sketch of(byte[] bytes) {
    return StrokesJson.looksLikeJson(bytes)
        ? Sketch.newBuilder().setStrokes(strokes(bytes)).build()
        : Sketch.newBuilder().setRaster(ByteString.copyFrom(bytes)).build();
  }

  private static Strokes strokes(byte[] json) {
    try {
      Strokes strokes = StrokesJson.parse(json);
      if (strokes.getStrokesList().stream().allMatch(stroke -> stroke.getXCount() == 0)) {
        throw new ProblemException(400, "nothing is drawn: the sketch has no stroke with a point");
      }
      return strokes;
    } catch (RefusedImageException e) {
      throw new ProblemException(400, e.getMessage());
    }
  }
}
