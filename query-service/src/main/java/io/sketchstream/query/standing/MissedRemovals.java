package io.sketchstream.query.standing;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.index.WatchedShard;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// Withdraws what was told of images that went out of the gallery while no shard told: between two
/// processes, or between two generations.
///
/// A shard that sees as far in `images` as the one that told a match, and does not have its image,
/// is past the removal.
///
/// **Threads:** one at a time.
final class MissedRemovals {
  private final WatchedShard shard;
  private final MatchTeller teller;
  private List<StandingQueryMatched> unchecked = List.of();

  MissedRemovals(WatchedShard shard, MatchTeller teller) {
    this.shard = shard;
    this.teller = teller;
  }

  /// Looks at all that was told up to now; once it is read what that is.
  void begin() {
    unchecked = teller.log().ofPartition(shard.partition());
  }

  /// Withdraws what the shard sees far enough for; what it does not waits for the next call.
  ///
  /// @return complete when Kafka has the withdrawals
  List<CompletableFuture<Void>> withdraw() {
    if (unchecked.isEmpty()) {
      return List.of();
    }
    long reached = shard.imagesOffset(); // Before the index is asked, which may see further.
    Set<String> gone =
        unchecked.stream()
            .filter(match -> match.getSeenTo().getOffset() <= reached)
            .map(StandingQueryMatched::getImageId)
            .collect(Collectors.toCollection(HashSet::new));
    unchecked = unchecked.stream().filter(match -> !gone.contains(match.getImageId())).toList();
    gone.removeAll(shard.reader().found(gone, List.of()));
    ImagePosition seenTo = shard.position(reached);
    return gone.stream().map(imageId -> teller.withdraw(imageId, seenTo)).toList();
  }
}
