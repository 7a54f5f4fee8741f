package io.sketchstream.query.filter;

import io.sketchstream.events.Texts;
import io.sketchstream.query.index.ImageFields;
import java.util.Optional;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.QueryBuilder;

/// The words of a search as a Lucene query over title and tags, tokenised as they were when
/// indexed.
public final class TextParser {
  private TextParser() {}

  /// Images with any of the words, to be ranked.
  ///
  /// @return empty also when the text has no word to look for
  public static Optional<Query> parse(String text) {
    return parse(text, Occur.SHOULD);
  }

  /// Images with all of the words.
  ///
  /// @return empty also when the text has no word to look for
  public static Optional<Query> parseAll(String text) {
    return parse(text, Occur.MUST);
  }

  /// Why a text can't be looked for; empty where it can, or is blank.
  public static Optional<String> refusal(String text) {
    return text.isBlank() || parse(text).isPresent()
        ? Optional.empty()
        : Optional.of("text '%s' has no word to look for".formatted(text));
  }

  private static Optional<Query> parse(String text, Occur each) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try (StandardAnalyzer analyzer = new StandardAnalyzer()) {
      return Optional.ofNullable(
          new QueryBuilder(analyzer)
              .createBooleanQuery(ImageFields.TEXT, Texts.folded(text), each));
    }
  }
}
