package io.sketchstream.events;

import java.text.Normalizer;
import java.util.Locale;

/// The forms in which texts that people write are stored and compared. Keyboards give composed
/// letters; file names, such as those of macOS, often come decomposed, with two characters for `é`.
public final class Texts {
  private static final String DOT_ABOVE = "\u0307";

  private Texts() {}

  /// In Unicode's composed form (NFC).
  public static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /// Composed, without outer blanks: titles, tags and class names.
  public static String normalized(String text) {
    return composed(text.strip());
  }

  /// Normalised, without regard to case: how tags, galleries, values of attributes and words are
  /// compared, where they are stored and where they are asked for. Folding again changes nothing.
  ///
  /// Case is that of Unicode, in no language: `ÉTÉ` is `été`, `STRASSE` is `straße`, and each i of
  /// Turkish is `i`.
  public static String folded(String text) {
    // Some letters have their common form in upper case only, such as ß and SS.
    String upper = normalized(text).toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
    String lower = upper.toLowerCase(Locale.ROOT).replace("i" + DOT_ABOVE, "i");
    return composed(lower.replace('ς', 'σ')); // The same sigma at the end of a word.
  }
}
