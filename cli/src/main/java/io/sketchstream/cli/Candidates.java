package io.sketchstream.cli;

import java.io.IOException;
import java.nio.file.Path;

/// Where the files of an import come from. May be walked more than once.
interface Candidates {
  /// A file that is to become an image.
  ///
  /// @param tags joined by commas
  record Candidate(Path file, String title, String tags) {}

  /// Is shown what is found.
  interface Visitor {
    void image(Candidate candidate) throws InterruptedException;

    /// A file that is not named as an image.
    void other(Path file);

    /// A file or folder that can't be looked at.
    void unreadable(Path file, IOException reason);
  }

  void each(Visitor visitor) throws InterruptedException;
}
