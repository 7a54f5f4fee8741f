package io.sketchstream.query.filter;

import java.util.ArrayList;
import java.util.List;

/// Cuts a filter into words, quoted values and signs.
final class FilterTokens {
  private static final String SIGNS = "()=:<>!,";

  private final String text;
  private int position;

  private FilterTokens(String text) {
    this.text = text;
  }

  enum Kind {
    WORD,
    QUOTED,
    SIGN,
    END
  }

  /// @param text the word, the value without its quotes, or the sign
  /// @param position where it starts
  record Token(Kind kind, String text, int position) {
    boolean isSign(String sign) {
      return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isWord(String word) {
      return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }
  }

  static List<Token> of(String text) throws FilterSyntaxException {
    FilterTokens tokens = new FilterTokens(text);
    List<Token> all = new ArrayList<>();
    do {
      all.add(tokens.next());
    } while (all.getLast().kind() != Kind.END);
    return all;
  }

  private Token next() throws FilterSyntaxException {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    if (position == text.length()) {
      return new Token(Kind.END, "", position);
    }
    char first = text.charAt(position);
    if (first == '"') {
      return quoted();
    }
    return SIGNS.indexOf(first) >= 0 ? sign(first) : word();
  }

  private Token sign(char first) {
    int start = position++;
    boolean withEquals =
        (first == '<' || first == '>' || first == '!')
            && position < text.length()
            && text.charAt(position) == '=';
    if (withEquals) {
      position++;
    }
    return new Token(Kind.SIGN, text.substring(start, position), start);
  }

  /// A word ends at a blank, a quote or a sign; a colon inside one, as in a time of day, stays only
  /// between digits.
  private Token word() {
    int start = position;
    while (position < text.length() && isWordAt(position)) {
      position++;
    }
    return new Token(Kind.WORD, text.substring(start, position), start);
  }

  private boolean isWordAt(int at) {
    char c = text.charAt(at);
    if (c == ':') {
      return at > 0
          && at + 1 < text.length()
          && Character.isDigit(text.charAt(at - 1))
          && Character.isDigit(text.charAt(at + 1));
    }
    return c != '"' && !Character.isWhitespace(c) && SIGNS.indexOf(c) < 0;
  }

  private Token quoted() throws FilterSyntaxException {
    int start = position++;
    StringBuilder value = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == '"') {
        return new Token(Kind.QUOTED, value.toString(), start);
      }
      if (c == '\\' && position < text.length()) {
        c = text.charAt(position++);
      }
      value.append(c);
    }
    throw new FilterSyntaxException(text, start, "the quote is never closed");
  }
}
