package io.sketchstream.query.filter;

import io.sketchstream.query.filter.FilterTokens.Kind;
import io.sketchstream.query.filter.FilterTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;

/// Reads a filter.
///
/// ```
/// filter    = and { "or" and }
/// and       = unary { "and" unary }
/// unary     = "not" unary | "(" filter ")" | condition
/// condition = name sign value | name "in" "(" value { "," value } ")"
/// sign      = ":" | "=" | "!=" | "<" | "<=" | ">" | ">="
/// name      = "tag" | "id" | "ingested" | the name of an attribute, quoted if need be
/// value     = word | "quoted text, with \" and \\"
/// ```
///
/// `tag:cat and not (colour = red or price >= 9.5) and ingested > 2026-01-31`. Tags and texts are
/// compared without regard to case ([io.sketchstream.events.Texts#folded]); `<`, `<=`, `>` and `>=`
/// need numbers, for `ingested` a date or a time in ISO 8601 (UTC unless it names a zone). An image
/// without the attribute matches no condition on it.
///
/// Recursive descent, one method for each rule of the grammar.
public final class FilterParser {
  /// Longest filter, in characters.
  public static final int LENGTH_MAX = 4096;

  private static final int DEPTH_MAX = 32;
  private static final int CONDITIONS_MAX = 256;
  private static final Set<String> COMPARISONS = Set.of(":", "=", "!=", "<", "<=", ">", ">=");

  private final String text;
  private final List<Token> tokens;
  private int next;
  private int depth;
  private int conditions;

  private FilterParser(String text, List<Token> tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /// @return empty for a blank text: all images match
  /// @throws FilterSyntaxException pointing at the character that is wrong
  public static Optional<Query> parse(String text) throws FilterSyntaxException {
    if (text.isBlank()) {
      return Optional.empty();
    }
    if (text.length() > LENGTH_MAX) {
      throw new FilterSyntaxException(
          text, LENGTH_MAX, "longer than " + LENGTH_MAX + " characters");
    }
    FilterParser parser = new FilterParser(text, FilterTokens.of(text));
    Query query = parser.filter();
    if (parser.peek().kind() != Kind.END) {
      throw parser.wrong(parser.peek(), "expected 'and', 'or' or the end");
    }
    return Optional.of(query);
  }

  private Query filter() throws FilterSyntaxException {
    List<Query> alternatives = new ArrayList<>(List.of(and()));
    while (accept("or")) {
      alternatives.add(and());
    }
    return join(alternatives, Occur.SHOULD);
  }

  private Query and() throws FilterSyntaxException {
    List<Query> parts = new ArrayList<>(List.of(unary()));
    while (accept("and")) {
      parts.add(unary());
    }
    return join(parts, Occur.FILTER);
  }

  private Query unary() throws FilterSyntaxException {
    Token token = peek();
    if (++depth > DEPTH_MAX) {
      throw wrong(token, "nested deeper than " + DEPTH_MAX);
    }
    Query query;
    if (accept("not")) {
      query = not(unary());
    } else if (token.isSign("(")) {
      next++;
      query = filter();
      expect(")");
    } else {
      query = condition();
    }
    depth--;
    return query;
  }

  private Query condition() throws FilterSyntaxException {
    Token name = take();
    if (name.kind() != Kind.WORD && name.kind() != Kind.QUOTED) {
      throw wrong(name, "expected a name such as tag");
    }
    if (accept("in")) {
      return in(name);
    }
    Token sign = take();
    if (sign.kind() != Kind.SIGN || !COMPARISONS.contains(sign.text())) {
      throw wrong(sign, "expected one of : = != < <= > >= in");
    }
    return compare(name, sign.text(), take());
  }

  private Query in(Token name) throws FilterSyntaxException {
    expect("(");
    List<Query> values = new ArrayList<>(List.of(compare(name, "=", take())));
    while (peek().isSign(",")) {
      next++;
      values.add(compare(name, "=", take()));
    }
    expect(")");
    return join(values, Occur.SHOULD);
  }

  private Query compare(Token name, String sign, Token value) throws FilterSyntaxException {
    if (value.kind() != Kind.WORD && value.kind() != Kind.QUOTED) {
      throw wrong(value, "expected a value");
    }
    if (++conditions > CONDITIONS_MAX) {
      throw wrong(name, "more than " + CONDITIONS_MAX + " conditions");
    }
    try {
      return sign.equals("!=")
          ? not(Condition.query(name.text(), "=", value.text()))
          : Condition.query(name.text(), sign, value.text());
    } catch (IllegalArgumentException e) {
      throw wrong(value, e.getMessage());
    }
  }

  private static Query not(Query query) {
    return new BooleanQuery.Builder()
        .add(new MatchAllDocsQuery(), Occur.FILTER)
        .add(query, Occur.MUST_NOT)
        .build();
  }

  private static Query join(List<Query> queries, Occur occur) {
    if (queries.size() == 1) {
      return queries.getFirst();
    }
    BooleanQuery.Builder joined = new BooleanQuery.Builder();
    queries.forEach(query -> joined.add(query, occur));
    return joined.build();
  }

  private boolean accept(String word) {
    boolean found = peek().isWord(word);
    next += found ? 1 : 0;
    return found;
  }

  private void expect(String sign) throws FilterSyntaxException {
    Token token = take();
    if (!token.isSign(sign)) {
      throw wrong(token, "expected '" + sign + "'");
    }
  }

  private Token peek() {
    return tokens.get(next);
  }

  /// Never goes past the end.
  private Token take() {
    Token token = tokens.get(next);
    next += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  private FilterSyntaxException wrong(Token token, String reason) {
    return new FilterSyntaxException(text, token.position(), reason);
  }
}
