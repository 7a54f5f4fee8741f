package io.sketchstream.query.index;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NearestFound;
import io.sketchstream.score.Score;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.Query;

/// Questions to shards, and what is in their answers, for tests.
final class KnnQueries {
  private KnnQueries() {}

  /// Asks by a sketch.
  static KnnQuery sketch(float[] vector, int k) {
    return nearest(Score.searchVector(vector), k);
  }

  /// Asks by a vector that has all dimensions of those in the index.
  static KnnQuery nearest(float[] vector, int k) {
    return nearest(vector, k, Optional.empty());
  }

  static KnnQuery nearest(float[] vector, int k, Optional<Query> filter) {
    return new KnnQuery(
        NearestAsked.newBuilder().setK(k).build(), vector, filter, Optional.empty());
  }

  static List<String> ids(NearestFound found) {
    return ids(found.getByVectorList());
  }

  static List<String> ids(List<Hit> hits) {
    return hits.stream().map(Hit::getImageId).toList();
  }
}
