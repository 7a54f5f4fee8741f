package io.sketchstream.images.sketch;

import com.fasterxml.jackson.core.JsonLocation;
import io.sketchstream.events.Stroke;
import java.util.List;

/// The lists of numbers of one stroke, before the form is determined.
///
/// @param index of the stroke, for messages
/// @param end where its last list ends, for messages
record StrokeLists(int index, JsonLocation end, List<float[]> lists) {
  boolean isEmpty() {
    return lists.stream().allMatch(list -> list.length == 0);
  }

  /// As Quick, Draw! has them: x, y, and times or none.
  boolean areCoordinates() {
    return (lists.size() == 2 || lists.size() == 3)
        && lists.get(1).length == lists.getFirst().length
        && (lists.size() == 2 || areTimes(lists.get(2), lists.getFirst().length));
  }

  /// One point each; values after x and y, such as a time, are ignored.
  boolean arePoints() {
    return lists.stream()
        .allMatch(
            list -> list.length >= 2 && list.length <= 4 && list.length == lists.getFirst().length);
  }

  Stroke fromCoordinates() {
    Stroke.Builder stroke = Stroke.newBuilder();
    for (int i = 0; i < lists.getFirst().length; i++) {
      stroke.addX(lists.getFirst()[i]).addY(lists.get(1)[i]);
    }
    return stroke.build();
  }

  Stroke fromPoints() {
    Stroke.Builder stroke = Stroke.newBuilder();
    lists.forEach(point -> stroke.addX(point[0]).addY(point[1]));
    return stroke.build();
  }

  /// Why it has neither form.
  String mistake() {
    return lists.size() == 2
        ? "has %d x but %d y coordinates".formatted(lists.get(0).length, lists.get(1).length)
        : "is neither [[x, ...], [y, ...]], nor that with a list of as many times, nor a list of"
            + " points [[x, y], ...]";
  }

  private static boolean areTimes(float[] times, int count) {
    if (times.length != count && times.length != 0) {
      return false;
    }
    for (int i = 1; i < times.length; i++) {
      if (times[i] < times[i - 1]) {
        return false;
      }
    }
    return true;
  }
}
