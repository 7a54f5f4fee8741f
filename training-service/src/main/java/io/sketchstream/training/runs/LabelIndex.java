package io.sketchstream.training.runs;

import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.StableHash;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What all labels together say: the last one of each id counts, a withdrawn one does not. Where
/// people disagree about an example the majority decides; a label that says "this is not a cat" is
/// a vote against cats. An example whose votes are even is used for nothing.
///
/// Holds a few words for each label, no pictures. Not thread-safe.
final class LabelIndex {
  private final int sizeMax;
  private final Map<String, Vote> votes = new HashMap<>();
  private final Map<String, String> classNames = new HashMap<>();

  /// @param sizeMax labels that it holds
  LabelIndex(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  /// What is labelled.
  ///
  /// @param id of the image, or the SHA-256 of the sketch
  record Key(Domain domain, String id) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byDomain = domain.compareTo(other.domain);
      return byDomain != 0 ? byDomain : id.compareTo(other.id);
    }
  }

  private record Vote(Key example, String className, boolean wrong) {}

  /// The class of every example that has one.
  ///
  /// @param contradictory examples whose votes are even
  record Verdict(SortedMap<Key, String> classes, int contradictory) {}

  /// The name under which a sketch is kept.
  static String sketchId(ExampleLabelled label) {
    return StableHash.hex(label.getSketch().toByteArray());
  }

  /// Takes a label in, in place of an earlier one of its id.
  ///
  /// @throws DatasetException when there are too many
  void put(String labelId, ExampleLabelled label) {
    Key example =
        label.hasSketch()
            ? new Key(Domain.SKETCH, sketchId(label))
            : new Key(Domain.PHOTO, label.getImageId());
    String className = classNames.computeIfAbsent(label.getClassName(), name -> name);
    votes.put(labelId, new Vote(example, className, label.getWrong()));
    if (votes.size() > sizeMax) {
      throw new DatasetException(
          "there are more than %,d labels; raise training.dataset.labels-max and the heap"
              .formatted(sizeMax));
    }
  }

  /// Forgets a label.
  void remove(String labelId) {
    votes.remove(labelId);
  }

  int size() {
    return votes.size();
  }

  Verdict verdict() {
    Map<Key, Map<String, Integer>> counts = new HashMap<>();
    for (Vote vote : votes.values()) {
      counts
          .computeIfAbsent(vote.example(), _ -> new HashMap<>(2))
          .merge(vote.className(), vote.wrong() ? -1 : 1, Integer::sum);
    }
    SortedMap<Key, String> classes = new TreeMap<>();
    int[] contradictory = {0};
    counts.forEach((example, byClass) -> {
      int most = byClass.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      var winners = byClass.entrySet().stream().filter(e -> e.getValue() == most).toList();
      if (most > 0 && winners.size() == 1) {
        classes.put(example, winners.getFirst().getKey());
      } else if (most >= 0) {
        contradictory[0]++;
      }
    });
    return new Verdict(classes, contradictory[0]);
  }
}
