package io.sketchstream.trainer.data;

/// The kind of a labelled picture, and its storage.
public enum PictureKind {
  /// A photo file of the original size.
  PHOTO(Domain.PHOTO),
  /// A photo of 64 x 64 pixels.
  THUMBNAIL(Domain.PHOTO),
  /// A sketch file: a raster, an SVG, or a sketch event.
  SKETCH(Domain.SKETCH),
  /// One line of an `ndjson` file in the simplified form of Quick, Draw!.
  STROKES(Domain.SKETCH),
  /// A photo file whose contours are drawn.
  CONTOURS(Domain.SKETCH);

  private final Domain domain;

  PictureKind(Domain domain) {
    this.domain = domain;
  }

  public Domain domain() {
    return domain;
  }
}
