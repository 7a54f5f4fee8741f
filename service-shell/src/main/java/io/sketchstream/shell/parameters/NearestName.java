package io.sketchstream.shell.parameters;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What somebody may have meant who wrote a name wrong.
public final class NearestName {
  private static final int LETTERS_WRONG_MAX = 2;

  private NearestName() {}

  /// The known name from which the fewest letters differ, at most two and fewer than its own.
  public static Optional<String> of(String name, Collection<String> known) {
    String lower = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(candidate ->
            distance(lower, candidate.toLowerCase(Locale.ROOT))
                <= Math.min(LETTERS_WRONG_MAX, candidate.length() - 1))
        .min(
            Comparator.comparingInt(
                candidate -> distance(lower, candidate.toLowerCase(Locale.ROOT))));
  }

  /// Levenshtein's distance. Names whose lengths differ by too much are just far away.
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > LETTERS_WRONG_MAX) {
      return Integer.MAX_VALUE;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
