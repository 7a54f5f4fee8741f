package io.sketchstream.trainer.data;

/// What a labelled picture is and how it is stored.
public enum PictureKind {
  /// A photo file of full size.
  PHOTO(Domain.PHOTO),
  /// A photo of 64 x 64 pixels.
  THUMBNAIL(Domain.PHOTO),
  /// A sketch file: a raster, an SVG, or a sketch event.
  SKETCH(Domain.SKETCH),
  /// One line of an `ndjson` file in the simplified form of Quick, Draw!.
  STROKES(Domain.SKETCH),
  /// A photo file, of which the contours are drawn.
  CONTOURS(Domain.SKETCH);

  private final Domain domain;

  PictureKind(Domain domain) {
    this.domain = domain;
  }

  public Domain domain() {
    return domain;
  }
}
