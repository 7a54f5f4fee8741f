package io.sketchstream.ingest.gallery;

import java.text.Normalizer;

/// Normalises texts that people compare: composed (Unicode NFC) and stripped of outer spaces, so
/// that `é` typed on a keyboard matches the `é` of a macOS file name, which is two characters.
public final class Texts {
  private Texts() {}

  public static String normalized(String text) {
    return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
  }
}
