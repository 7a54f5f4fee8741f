package io.sketchstream.images.sketch;

import com.fasterxml.jackson.core.JsonLocation;
import io.sketchstream.events.Stroke;
import java.util.List;

/// The lists of numbers of one stroke.
///
/// @param index of the stroke, for messages
/// @param end where its last list ends, for messages
/// @param kind what is known of their form
/// @param place what its points are relative to: none, or x and y
record StrokeLists(int index, JsonLocation end, Kind kind, List<float[]> lists, List<Float> place) {
  /// What a stroke was in the file.
  enum Kind {
    /// Lists in a list, of either form.
    LISTS,
    /// One list of numbers.
    NUMBERS,
    /// A single point, with names.
    POINT,
    /// Points, with names or in a list that is named.
    POINTS,
    /// A list named x and a list named y.
    COORDINATES
  }

  static StrokeLists of(int index, JsonLocation end, Kind kind, List<float[]> lists) {
    return new StrokeLists(index, end, kind, lists, List.of());
  }

  StrokeLists at(float x, float y) {
    return new StrokeLists(index, end, kind, lists, List.of(x, y));
  }

  boolean isEmpty() {
    return lists.stream().allMatch(list -> list.length == 0);
  }

  /// As Quick, Draw! has them: x, y, and times or none.
  boolean areCoordinates() {
    return kind != Kind.POINTS
        && (lists.size() == 2 || lists.size() == 3)
        && lists.get(1).length == lists.getFirst().length
        && (lists.size() == 2 || areTimes(lists.get(2), lists.getFirst().length));
  }

  /// One point each; values after x and y, such as a time, are ignored.
  boolean arePoints() {
    return kind != Kind.COORDINATES
        && lists.stream()
            .allMatch(list ->
                list.length >= 2 && list.length <= 4 && list.length == lists.getFirst().length);
  }

  Stroke fromCoordinates() {
    Stroke.Builder stroke = Stroke.newBuilder();
    for (int i = 0; i < lists.getFirst().length; i++) {
      stroke.addX(lists.getFirst()[i]).addY(lists.get(1)[i]);
    }
    return stroke.build();
  }

  Stroke fromPoints() {
    float x = place.isEmpty() ? 0 : place.getFirst();
    float y = place.isEmpty() ? 0 : place.getLast();
    Stroke.Builder stroke = Stroke.newBuilder();
    lists.forEach(point -> stroke.addX(x + point[0]).addY(y + point[1]));
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
