package io.sketchstream.query.index;

import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.SearchCursor;
import java.util.Optional;
import org.apache.lucene.search.Query;

/// Asks a shard for its nearest images. The parameters are the message sent between processes; the
/// vector and the parsed filter and words are kept beside it and are not part of the message.
public final class KnnQuery implements ShardQuery {
  private final NearestAsked asked;
  private final float[] vector;
  private final Optional<Query> filter;
  private final Optional<Query> words;

  /// @param asked without its vector
  /// @param vector unit length; not copied
  /// @param filter only images that match
  /// @param words also the `k` images that match these words best
  public KnnQuery(
      NearestAsked asked, float[] vector, Optional<Query> filter, Optional<Query> words) {
    this.asked = asked;
    this.vector = vector;
    this.filter = filter;
    this.words = words;
  }

  /// This query by exact comparison with every image, to measure the graph.
  public KnnQuery exactly() {
    return new KnnQuery(asked.toBuilder().setExact(true).build(), vector, filter, words);
  }

  /// The message, without its vector.
  public NearestAsked asked() {
    return asked;
  }

  /// The query vector; not to be changed.
  public float[] vector() {
    return vector;
  }

  Optional<Query> filter() {
    return filter;
  }

  Optional<Query> words() {
    return words;
  }

  int k() {
    return asked.getK();
  }

  /// The cursor in the ranking that this page begins after.
  Optional<SearchCursor> after() {
    return asked.hasAfter() ? Optional.of(asked.getAfter()) : Optional.empty();
  }

  /// Whether every image is compared.
  public boolean exact() {
    return asked.getExact();
  }

  /// How many shards share the images; each holds a part, so it needs fewer candidates.
  int shardsTotal() {
    return Math.max(1, asked.getShardsTotal());
  }
}
