package io.sketchstream.ingest.gallery;

import io.sketchstream.events.FoldedText;

/// Normalises texts that people compare: composed (Unicode NFC) and stripped of outer spaces, so
/// that `é` typed on a keyboard matches the `é` of a macOS file name, which is two characters.
public final class Texts {
  private Texts() {}

  public static String normalized(String text) {
    return FoldedText.composed(text.strip());
  }
}
