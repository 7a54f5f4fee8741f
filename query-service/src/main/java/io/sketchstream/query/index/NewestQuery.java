package io.sketchstream.query.index;

import io.sketchstream.events.GalleryCursor;
import io.sketchstream.events.NewestAsked;
import java.util.Optional;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;

/// Asks a shard for its newest images that match. The parameters are the message sent between
/// processes; the parsed filter and words are kept beside it and are not part of the message.
///
/// @param asked the message
/// @param filter only images that match; empty for all
/// @param words only images with these words; empty for all
public record NewestQuery(NewestAsked asked, Optional<Query> filter, Optional<Query> words)
    implements ShardQuery {

  /// What an image must match.
  Query matching() {
    if (filter.isEmpty() && words.isEmpty()) {
      return MatchAllDocsQuery.INSTANCE;
    }
    BooleanQuery.Builder matching = new BooleanQuery.Builder();
    filter.ifPresent(passing -> matching.add(passing, Occur.FILTER));
    words.ifPresent(all -> matching.add(all, Occur.FILTER));
    return matching.build();
  }

  /// The cursor that the page begins after.
  Optional<GalleryCursor> after() {
    return asked.hasAfter() ? Optional.of(asked.getAfter()) : Optional.empty();
  }
}
