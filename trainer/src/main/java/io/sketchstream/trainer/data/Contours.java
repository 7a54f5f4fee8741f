package io.sketchstream.trainer.data;

import java.util.ArrayList;
import java.util.List;

/// Contours of photos in place of sketches, for classes that nobody has drawn.
public final class Contours {
  private Contours() {}

  /// One for each photo, to train on.
  public static List<Example> of(List<Example> photos) {
    return photos.stream().map(Contours::of).toList();
  }

  /// Of each class what the photos of a class are taken apart into.
  public static LabelledPictures apart(LabelledPictures pictures) {
    return LabelledPictures.of(
        pictures.photoClasses().stream()
            .flatMap(label -> apart(pictures.photos(label)).stream())
            .toList());
  }

  /// Contours of two thirds of the photos, and the other photos to search for with them: finding
  /// the very photo that a contour was made from would prove nothing.
  ///
  /// @param photos of one class
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
