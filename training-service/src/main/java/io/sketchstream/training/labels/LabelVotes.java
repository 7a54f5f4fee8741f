package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.ImageKey;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.StableHash;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The rule that derives the class of each example from all labels, for runs, counts and live
/// comparisons alike.
///
/// - The latest record of a label id counts; a withdrawn label does not. Records of one id lie in
///   one partition unless a client partitions differently; across partitions the later timestamp
///   wins.
/// - Each label is a vote for its class, or against it when it says "wrong".
/// - An example has the class with the most votes, if there is at least one and no other class has
///   as many. An example whose votes tie is contradictory and is used for nothing.
///
/// Holds a few words per label and no pictures. Only labels that count are limited: of the others
/// as many are remembered, so that an older record of such a label in another partition does not
/// count; the first ones are forgotten then. Not thread-safe.
final class LabelVotes {
  private static final int CLASS_NAME_LENGTH_MAX = 255;
  private static final int LABELLED_BY_LENGTH_MAX = 1_000;

  /// Longest id of a label, in bytes: the ids of all labels are in memory.
  private static final int LABEL_ID_SIZE_MAX = 1024;

  /// Most names that are held, so that equal ones are the same object.
  private static final int CLASS_NAMES_MAX = 10_000;

  private final int sizeMax;
  private final Map<String, Vote> votes = new HashMap<>();
  private final LinkedHashMap<String, Place> withdrawn = new LinkedHashMap<>();
  private final Map<String, String> classNames = new HashMap<>();

  /// @param sizeMax most labels that count
  LabelVotes(int sizeMax) {
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

  /// Where the last record of a label is.
  private record Place(int partition, long timestamp) {}

  private record Vote(Key example, String className, boolean wrong, Place place) {}

  /// The class of every example that has one.
  ///
  /// @param contradictory examples whose votes tie
  record Verdict(SortedMap<Key, String> classes, int contradictory) {}

  /// The id of a labelled sketch.
  static String sketchId(ExampleLabelled label) {
    return StableHash.hex(label.getSketch().toByteArray());
  }

  /// Applies a record of [labels]. An invalid label counts as withdrawn: any client may write here.
  ///
  /// @return the label, if it counts from now on
  /// @throws DatasetException when there are too many labels
  Optional<ExampleLabelled> apply(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.key().length > LABEL_ID_SIZE_MAX) {
      return Optional.empty();
    }
    String labelId = new String(record.key(), UTF_8);
    Vote before = votes.get(labelId);
    Place place = before == null ? withdrawn.get(labelId) : before.place();
    if (place != null
        && place.partition() != record.partition()
        && isOlder(record, place, before != null)) {
      return Optional.empty();
    }
    Optional<ExampleLabelled> label = valid(record.value());
    withdrawn.remove(labelId);
    Place now = new Place(record.partition(), record.timestamp());
    if (label.isPresent()) {
      votes.put(labelId, vote(label.get(), now));
      requireRoom();
    } else {
      votes.remove(labelId);
      withdrawn.put(labelId, now);
      if (withdrawn.size() > sizeMax) {
        withdrawn.pollFirstEntry();
      }
    }
    return label;
  }

  private Vote vote(ExampleLabelled label, Place place) {
    if (classNames.size() >= CLASS_NAMES_MAX) {
      classNames.clear();
    }
    String className = classNames.computeIfAbsent(label.getClassName(), name -> name);
    return new Vote(key(label), className, label.getWrong(), place);
  }

  /// Of the same millisecond, a label of another partition stands against a withdrawal: ingest
  /// writes those to all partitions, so that of its own partition decides.
  private static boolean isOlder(
      ConsumerRecord<byte[], byte[]> record, Place before, boolean counts) {
    return before.timestamp() > record.timestamp()
        || before.timestamp() == record.timestamp() && counts && record.value() == null;
  }

  /// How many labels are current.
  int size() {
    return votes.size();
  }

  /// How many labels are remembered that do not count.
  int withdrawn() {
    return withdrawn.size();
  }

  /// Whether a label counts as far as records were applied.
  boolean counts(String labelId) {
    return votes.containsKey(labelId);
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

  private void requireRoom() {
    if (votes.size() > sizeMax) {
      throw new DatasetException(
          "there are more than %,d labels; raise training.dataset.labels-max and the heap"
              .formatted(sizeMax));
    }
  }

  static Optional<ExampleLabelled> valid(byte[] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      ExampleLabelled label = ExampleLabelled.parseFrom(value);
      String className = ClassNames.normalized(label.getClassName());
      if (!className.equals(label.getClassName())) {
        label = label.toBuilder().setClassName(className).build();
      }
      boolean named =
          !label.getClassName().isBlank()
              && label.getClassName().length() <= CLASS_NAME_LENGTH_MAX
              && (label.getImageId().isEmpty() || ImageKey.isId(label.getImageId()))
              && label.getLabelledBy().length() <= LABELLED_BY_LENGTH_MAX;
      return named && (label.hasSketch() || !label.getImageId().isEmpty())
          ? Optional.of(label)
          : Optional.empty();
    } catch (InvalidProtocolBufferException _) {
      return Optional.empty();
    }
  }

  private static Key key(ExampleLabelled label) {
    return label.hasSketch()
        ? new Key(Domain.SKETCH, sketchId(label))
        : new Key(Domain.PHOTO, label.getImageId());
  }
}
