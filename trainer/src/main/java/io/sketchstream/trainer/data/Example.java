package io.sketchstream.trainer.data;

import java.nio.file.Path;

/// One labelled picture.
///
/// @param file the file that contains it
/// @param line its line in the file, counted from 0; 0 where the file holds one picture
/// @param label its class
/// @param kind photo or sketch, and its storage
public record Example(Path file, int line, String label, PictureKind kind) {

  /// A picture with a file of its own.
  public Example(Path file, String label, Domain domain) {
    this(file, 0, label, domain == Domain.PHOTO ? PictureKind.PHOTO : PictureKind.SKETCH);
  }

  public Domain domain() {
    return kind.domain();
  }
}
