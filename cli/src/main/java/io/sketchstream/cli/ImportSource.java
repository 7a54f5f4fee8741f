package io.sketchstream.cli;

import java.io.IOException;
import java.nio.file.Path;

/// A source of files to import. It can be walked more than once.
interface ImportSource {
  /// A file to import.
  ///
  /// @param tags joined by commas
  record Candidate(Path file, String title, String tags) {}

  /// Receives what is found.
  interface Visitor {
    void image(Candidate candidate) throws InterruptedException;

    /// A photo in a format that is not accepted.
    ///
    /// @param format such as `cr2`
    default void photoLeftOut(Path file, String format) {}

    /// A file without the name of an image.
    default void other(Path file) {}

    /// A file or folder that can't be read.
    void unreadable(Path file, IOException reason);
  }

  void each(Visitor visitor) throws InterruptedException;
}
