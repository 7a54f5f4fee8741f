package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestFound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Merges the answers of shards. Without words: by score, equal scores by image id, which is exact
/// because each shard gave its own `k` best. With words: by reciprocal rank fusion of the two
/// global rankings (Cormack, Clarke, Buettcher 2009), `sum of 1 / (60 + rank)`; scores stay
/// cosines.
final class HitMerge {
  /// Equal scores by image id.
  private static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble((Hit hit) -> -hit.getScore()).thenComparing(Hit::getImageId);

  private static final double RANK_OFFSET = 60;

  private HitMerge() {}

  static List<Hit> merge(Collection<NearestFound> answers, int k, boolean withText) {
    List<Hit> byVector = ranked(answers, NearestFound::getByVectorList, k);
    return withText ? fuse(byVector, byText(answers, k), k) : byVector;
  }

  /// The vectors that shards sent with their nearest images, packed, by image id.
  static Map<String, ByteString> vectors(Collection<NearestFound> answers) {
    Map<String, ByteString> vectors = new HashMap<>();
    for (NearestFound found : answers) {
      for (int i = 0; i < found.getVectorsCount(); i++) {
        vectors.put(found.getByVector(i).getImageId(), found.getVectors(i));
      }
    }
    return vectors;
  }

  private static List<Hit> ranked(
      Collection<NearestFound> answers, Function<NearestFound, List<Hit>> hits, int k) {
    Map<String, Hit> best = new HashMap<>();
    for (NearestFound answer : answers) {
      for (Hit hit : hits.apply(answer)) {
        best.merge(hit.getImageId(), hit, (a, b) -> a.getScore() >= b.getScore() ? a : b);
      }
    }
    return best.values().stream().sorted(BEST_FIRST).limit(k).toList();
  }

  /// Shards weigh words by their own statistics, so only ranks are comparable: the first of each
  /// shard, then the second of each; within a rank, the nearer image first.
  private static List<Hit> byText(Collection<NearestFound> answers, int k) {
    record Placed(int rank, Hit hit) {}
    List<Placed> placed = new ArrayList<>();
    for (NearestFound answer : answers) {
      for (int rank = 0; rank < answer.getByTextList().size(); rank++) {
        placed.add(new Placed(rank, answer.getByTextList().get(rank)));
      }
    }
    return placed.stream()
        .sorted(Comparator.comparingInt(Placed::rank).thenComparing(Placed::hit, BEST_FIRST))
        .map(Placed::hit)
        .limit(k)
        .toList();
  }

  private static List<Hit> fuse(List<Hit> byVector, List<Hit> byText, int k) {
    Map<String, Double> weights = new HashMap<>();
    Map<String, Hit> hits = new HashMap<>();
    for (List<Hit> ranking : List.of(byVector, byText)) {
      for (int rank = 0; rank < ranking.size(); rank++) {
        Hit hit = ranking.get(rank);
        hits.putIfAbsent(hit.getImageId(), hit);
        weights.merge(hit.getImageId(), 1 / (RANK_OFFSET + rank + 1), Double::sum);
      }
    }
    return hits.values().stream()
        .sorted(
            Comparator.comparingDouble((Hit hit) -> -weights.get(hit.getImageId()))
                .thenComparing(BEST_FIRST))
        .limit(k)
        .toList();
  }
}
