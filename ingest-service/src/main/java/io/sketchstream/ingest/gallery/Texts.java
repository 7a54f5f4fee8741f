package io.sketchstream.ingest.gallery;

import java.text.Normalizer;

/// Texts that people compare: composed (Unicode NFC) and without spaces around them, so that `é`
/// typed on a keyboard finds the `é` of a file name of a Mac, which is two characters.
public final class Texts {
  private Texts() {}

  public static String normalized(String text) {
    return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
  }
}
