package io.sketchstream.trainer.data;

import java.util.ArrayList;
import java.util.List;

/// Contours of photos instead of sketches, for classes without sketches.
public final class Contours {
  private Contours() {}

  /// A contour example for each photo, for training.
  public static List<Example> of(List<Example> photos) {
    return photos.stream().map(Contours::of).toList();
  }

  /// Splits the photos of each class with [#apart(List)].
  public static LabelledPictures apart(LabelledPictures pictures) {
    return LabelledPictures.of(
        pictures.photoClasses().stream()
            .flatMap(label -> apart(pictures.photos(label)).stream())
            .toList());
  }

  /// Makes queries and a gallery from photos: contours of two thirds of them, and the others as
  /// they are. A search for the very photo that a contour was made from would prove nothing.
  ///
  /// @param photos photos of one class
  public static List<Example> apart(List<Example> photos) {
    List<Example> parts = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      parts.add(i % 3 == 1 ? photos.get(i) : of(photos.get(i)));
    }
    return parts;
  }

  private static Example of(Example photo) {
    return new Example(photo.file(), photo.line(), photo.label(), PictureKind.CONTOURS);
  }
}
