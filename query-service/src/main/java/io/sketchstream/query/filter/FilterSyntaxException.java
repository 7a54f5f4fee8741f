package io.sketchstream.query.filter;

/// Why a text is not a valid filter, and where.
public final class FilterSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param position index of the character that is wrong
  FilterSyntaxException(String text, int position, String reason) {
    super(
        "filter: %s at character %d: %s".formatted(reason, position + 1, excerpt(text, position)));
  }

  private static String excerpt(String text, int position) {
    int from = Math.max(0, position - 20);
    int to = Math.min(text.length(), position + 20);
    return "'" + text.substring(from, position) + "→" + text.substring(position, to) + "'";
  }
}
