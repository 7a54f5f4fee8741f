package io.sketchstream.query.standing;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.query.index.WatchedShard;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// Withdraws the matches of images that were removed while no shard reported: between two
/// processes, or between two generations.
///
/// If a shard sees at least as far in `images` as the shard that reported a match, and does not
/// have the image, the image was removed.
///
/// **Threads:** one at a time.
final class MissedRemovals {
  private final WatchedShard shard;
  private final MatchPublisher publisher;
  private List<StandingQueryMatched> unchecked = List.of();

  MissedRemovals(WatchedShard shard, MatchPublisher publisher) {
    this.shard = shard;
    this.publisher = publisher;
  }

  /// Checks all matches up to now, once they are read.
  void begin() {
    unchecked = publisher.log().ofPartition(shard.partition());
  }

  /// Withdraws matches that the shard sees far enough to decide; the others wait for the next call.
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
    return gone.stream().map(imageId -> publisher.withdraw(imageId, seenTo)).toList();
  }
}
