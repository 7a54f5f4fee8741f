package io.sketchstream.images.sketch;

import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.sketch.StrokeLists.Kind;
import java.util.ArrayList;
import java.util.List;

/// Determines which form the strokes of a drawing have: all have the same, and where several fit,
/// the most usual is meant.
final class StrokeForms {
  private static final String FORMS =
      "accepted are [[[x, ...], [y, ...]], ...], lists of points [[[x, y], ...], ...], {\"strokes\":"
          + " [{\"points\": [{\"x\": 1, \"y\": 2}, ...]}, ...]}, and steps with a pen [[dx, dy,"
          + " pen], ...]";

  private StrokeForms() {}

  static Strokes drawing(List<StrokeLists> all) throws RefusedImageException {
    List<StrokeLists> strokes = new ArrayList<>(all);
    strokes.removeIf(StrokeLists::isEmpty); // A pen that touched nothing.
    if (!strokes.isEmpty() && strokes.stream().allMatch(each -> each.kind() == Kind.NUMBERS)) {
      return ofNumbers(strokes.stream().map(each -> each.lists().getFirst()).toList());
    }
    if (!strokes.isEmpty() && strokes.stream().allMatch(each -> each.kind() == Kind.POINT)) {
      List<float[]> points = strokes.stream().map(each -> each.lists().getFirst()).toList();
      return one(StrokeLists.of(0, strokes.getFirst().end(), Kind.POINTS, points).fromPoints());
    }
    for (StrokeLists stroke : strokes) {
      if (stroke.kind() == Kind.NUMBERS || stroke.kind() == Kind.POINT) {
        throw new RefusedImageException(
            "strokes: stroke %d is a single %s, others are strokes%s"
                .formatted(
                    stroke.index(),
                    stroke.kind() == Kind.POINT ? "point" : "list of numbers",
                    StrokeReader.place(stroke.end())));
      }
    }
    Strokes.Builder drawing = Strokes.newBuilder();
    if (strokes.stream().allMatch(StrokeLists::areCoordinates)) {
      strokes.forEach(stroke -> drawing.addStrokes(stroke.fromCoordinates()));
    } else if (strokes.stream().allMatch(StrokeLists::arePoints)) {
      strokes.forEach(stroke -> drawing.addStrokes(stroke.fromPoints()));
    } else {
      throw neither(strokes);
    }
    return drawing.build();
  }

  /// A drawing that is a list of lists of numbers: steps with a pen, or a single stroke.
  private static Strokes ofNumbers(List<float[]> lists) throws RefusedImageException {
    if (areSteps(lists, 3)) {
      return steps(lists, 2);
    }
    if (areSteps(lists, 5)) {
      return steps(lists, 3);
    }
    StrokeLists stroke = StrokeLists.of(0, null, Kind.LISTS, lists);
    boolean pairs = lists.size() != 2 && lists.stream().allMatch(list -> list.length == 2);
    if (!pairs && stroke.areCoordinates()) {
      return one(stroke.fromCoordinates());
    }
    if (stroke.arePoints() && lists.getFirst().length < 4) { // Four may be two points.
      return one(stroke.fromPoints());
    }
    throw new RefusedImageException(
        "strokes: found lists of numbers [[%d numbers], ...] in a form that is not known; %s"
            .formatted(lists.getFirst().length, FORMS));
  }

  /// As sketch-rnn has them: the step from the last point, and whether the pen is lifted after it;
  /// or the state of the pen as one of three: down, lifted, end.
  private static boolean areSteps(List<float[]> lists, int size) {
    return lists.size() > 1
        && lists.stream()
            .allMatch(list -> {
              float sum = 0;
              boolean flags = list.length == size;
              for (int i = 2; flags && i < size; i++) {
                flags = list[i] == 0 || list[i] == 1;
                sum += list[i];
              }
              return flags && (size == 3 || sum == 1);
            });
  }

  /// @param lifted where a step says that the pen is lifted
  private static Strokes steps(List<float[]> lists, int lifted) throws RefusedImageException {
    Strokes.Builder drawing = Strokes.newBuilder();
    Stroke.Builder stroke = Stroke.newBuilder();
    float x = 0;
    float y = 0;
    for (float[] step : lists) {
      if (lifted == 3 && step[4] == 1) {
        break; // What follows the end only fills up.
      }
      x += step[0];
      y += step[1];
      stroke.addX(x).addY(y);
      if (step[lifted] == 1) {
        drawing.addStrokes(stroke);
        stroke = Stroke.newBuilder();
      }
    }
    if (stroke.getXCount() > 0) {
      drawing.addStrokes(stroke);
    }
    if (drawing.getStrokesCount() > StrokeRenderer.STROKES_MAX) {
      throw StrokeReader.tooMany(StrokeRenderer.STROKES_MAX, "strokes");
    }
    return drawing.build();
  }

  private static Strokes one(Stroke stroke) {
    return Strokes.newBuilder().addStrokes(stroke).build();
  }

  private static RefusedImageException neither(List<StrokeLists> strokes) {
    for (StrokeLists stroke : strokes) {
      if (!stroke.areCoordinates() && !stroke.arePoints()) {
        return new RefusedImageException(
            "strokes: stroke %d %s%s"
                .formatted(stroke.index(), stroke.mistake(), StrokeReader.place(stroke.end())));
      }
    }
    return new RefusedImageException(
        "strokes: some are [[x, ...], [y, ...]], others lists of points [[x, y], ...]; all of a"
            + " drawing must have the same form");
  }
}
