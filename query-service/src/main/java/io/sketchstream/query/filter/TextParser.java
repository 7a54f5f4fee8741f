package io.sketchstream.query.filter;

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

  private static Optional<Query> parse(String text, Occur each) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try (StandardAnalyzer analyzer = new StandardAnalyzer()) {
      return Optional.ofNullable(
          new QueryBuilder(analyzer)
              .createBooleanQuery(ImageFields.TEXT, ImageFields.composed(text), each));
    }
  }
}
