package io.sketchstream.query.search;

import io.sketchstream.query.index.ShardAnswer;
import io.sketchstream.query.index.ShardHit;
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
  private static final double RANK_OFFSET = 60;

  private HitMerge() {}

  static List<ShardHit> merge(Collection<ShardAnswer> answers, int k, boolean withText) {
    List<ShardHit> byVector = ranked(answers, ShardAnswer::byVector, k);
    return withText ? fuse(byVector, byText(answers, k), k) : byVector;
  }

  private static List<ShardHit> ranked(
      Collection<ShardAnswer> answers, Function<ShardAnswer, List<ShardHit>> hits, int k) {
    Map<String, ShardHit> best = new HashMap<>();
    for (ShardAnswer answer : answers) {
      for (ShardHit hit : hits.apply(answer)) {
        best.merge(hit.imageId(), hit, (a, b) -> a.score() >= b.score() ? a : b);
      }
    }
    return best.values().stream().sorted(ShardHit.BEST_FIRST).limit(k).toList();
  }

  /// Shards weigh words by their own statistics, so only ranks are comparable: the first of each
  /// shard, then the second of each; within a rank, the nearer image first.
  private static List<ShardHit> byText(Collection<ShardAnswer> answers, int k) {
    record Placed(int rank, ShardHit hit) {}
    List<Placed> placed = new ArrayList<>();
    for (ShardAnswer answer : answers) {
      for (int rank = 0; rank < answer.byText().size(); rank++) {
        placed.add(new Placed(rank, answer.byText().get(rank)));
      }
    }
    return placed.stream()
        .sorted(
            Comparator.comparingInt(Placed::rank).thenComparing(Placed::hit, ShardHit.BEST_FIRST))
        .map(Placed::hit)
        .limit(k)
        .toList();
  }

  private static List<ShardHit> fuse(List<ShardHit> byVector, List<ShardHit> byText, int k) {
    Map<String, Double> weights = new HashMap<>();
    Map<String, ShardHit> hits = new HashMap<>();
    for (List<ShardHit> ranking : List.of(byVector, byText)) {
      for (int rank = 0; rank < ranking.size(); rank++) {
        ShardHit hit = ranking.get(rank);
        hits.putIfAbsent(hit.imageId(), hit);
        weights.merge(hit.imageId(), 1 / (RANK_OFFSET + rank + 1), Double::sum);
      }
    }
    return hits.values().stream()
        .sorted(
            Comparator.comparingDouble((ShardHit hit) -> -weights.get(hit.imageId()))
                .thenComparing(ShardHit.BEST_FIRST))
        .limit(k)
        .toList();
  }
}
