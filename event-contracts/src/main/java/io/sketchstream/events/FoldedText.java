package io.sketchstream.events;

import java.text.Normalizer;
import java.util.Locale;

/// The form in which tags, galleries, values of attributes and words are compared, where they are
/// stored and where they are asked for: composed, without regard to case.
///
/// Case is that of Unicode, in no language: `ÉTÉ` is `été`, `STRASSE` is `straße`, and each i of
/// Turkish is `i`.
public final class FoldedText {
  private static final String DOT_ABOVE = "\u0307";

  private FoldedText() {}

  /// Folds a text. Folding it again changes nothing.
  public static String of(String text) {
    // Some letters have their common form in upper case only, such as ß and SS.
    String upper = composed(text).toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
    String lower = upper.toLowerCase(Locale.ROOT).replace("i" + DOT_ABOVE, "i");
    return composed(lower.replace('ς', 'σ')); // The same sigma at the end of a word.
  }

  /// Text in Unicode's composed form (NFC): file names often come decomposed, keyboards give
  /// composed letters.
  public static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }
}
