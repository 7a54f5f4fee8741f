package io.sketchstream.events;

import java.text.Normalizer;
import java.util.Locale;

/// The forms in which texts that people write are stored and compared. Keyboards give composed
/// letters; file names, such as those of macOS, often come decomposed, with two characters for `é`.
public final class Texts {
  private Texts() {}

  /// In Unicode's composed form (NFC).
  public static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /// Composed, without outer blanks: titles, tags and class names.
  public static String normalized(String text) {
    return composed(text.strip());
  }

  /// Normalised, without regard to case: how filters compare tags and attributes.
  public static String folded(String text) {
    return normalized(text).toLowerCase(Locale.ROOT);
  }
}
