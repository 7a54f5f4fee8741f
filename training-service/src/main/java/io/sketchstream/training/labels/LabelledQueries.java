package io.sketchstream.training.labels;

import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Topics;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.HeldOutExamples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Labelled sketches to search with, and the labelled images that are right answers. Reads [labels]
/// twice: first the votes, then the chosen sketches, so that only those are ever in memory.
///
/// The sample is spread over the classes and the same for the same labels.
///
/// **Threads:** any; a consumer is made for each call.
public final class LabelledQueries {
  private static final int RELEVANT_MIN = 2;

  private final TopicReader reader;
  private final Options options;

  /// How many; [io.sketchstream.training.TrainingServiceConfig] documents each.
  ///
  /// @param queriesMin with fewer held-out sketches, all sketches are taken
  public record Options(int queriesMax, int queriesMin, int labelsMax) {}

  /// A sketch and its class.
  public record Query(Sketch sketch, String className) {}

  /// @param images classes of labelled images, by id
  /// @param scope which sketches these are, for people
  public record Sample(List<Query> queries, Map<String, String> images, String scope) {
    public Sample {
      queries = List.copyOf(queries);
      images = Map.copyOf(images);
    }

    /// How many images a query should find.
    public long relevant(Query query) {
      return images.values().stream().filter(query.className()::equals).count();
    }
  }

  /// Sketches by their class, by id; and the classes of images.
  private record Candidates(SortedMap<String, List<String>> sketches, Map<String, String> images) {
    static Candidates of(LabelVotes.Verdict verdict) {
      Map<String, String> images = new HashMap<>();
      Map<String, Integer> sizes = new HashMap<>();
      SortedMap<String, List<String>> sketches = new TreeMap<>();
      verdict
          .classes()
          .forEach((example, className) -> {
            if (example.domain() == Domain.PHOTO) {
              images.put(example.id(), className);
              sizes.merge(className, 1, Integer::sum);
            } else {
              sketches.computeIfAbsent(className, _ -> new ArrayList<>()).add(example.id());
            }
          });
      sketches.keySet().removeIf(className -> sizes.getOrDefault(className, 0) < RELEVANT_MIN);
      return new Candidates(sketches, images);
    }

    /// Only the sketches that training left out.
    Candidates heldOut(HeldOutExamples rule) {
      SortedMap<String, List<String>> some = new TreeMap<>();
      sketches.forEach((className, ids) -> {
        List<String> left =
            ids.stream().filter(id -> rule.contains(id + FilePictureReader.EVENT)).toList();
        if (!left.isEmpty()) {
          some.put(className, left);
        }
      });
      return new Candidates(some, images);
    }

    int queries() {
      return sketches.values().stream().mapToInt(List::size).sum();
    }

    /// The classes of a number of sketches, by id: one sketch of each class, then a second one, and
    /// so on.
    Map<String, String> spread(int count) {
      Map<String, String> chosen = new HashMap<>();
      for (int round = 0; chosen.size() < Math.min(count, queries()); round++) {
        for (Map.Entry<String, List<String>> entry : sketches.entrySet()) {
          if (round < entry.getValue().size() && chosen.size() < count) {
            chosen.put(entry.getValue().get(round), entry.getKey());
          }
        }
      }
      return chosen;
    }
  }

  public LabelledQueries(TopicReader reader, Options options) {
    this.reader = reader;
    this.options = options;
  }

  /// As of now: held-out sketches, so that no model is judged by what it was trained on; all where
  /// too few were held out.
  ///
  /// @throws KafkaException when the labels can't be read
  /// @throws DatasetException when there are too many labels
  public Sample sample(HeldOutExamples heldOut) {
    Map<TopicPartition, Long> ends = reader.ends(Topics.LABELS.name());
    LabelVotes votes = new LabelVotes(options.labelsMax());
    reader.read(ends, votes::apply, (_, _) -> {});
    Candidates all = Candidates.of(votes.verdict());
    if (heldOut.share() == 0) {
      return read(all, ends, "of all that are labelled");
    }
    Candidates unseen = all.heldOut(heldOut);
    return unseen.queries() >= options.queriesMin()
        ? read(unseen, ends, "held out from its training")
        : read(
            all,
            ends,
            "of all that are labelled: only %d were held out from its training"
                .formatted(unseen.queries()));
  }

  private Sample read(Candidates from, Map<TopicPartition, Long> ends, String scope) {
    Map<String, String> chosen = from.spread(options.queriesMax());
    SortedMap<String, Query> byId = new TreeMap<>();
    if (!chosen.isEmpty()) {
      reader.read(ends, record -> keep(record, chosen, byId), (_, _) -> {});
    }
    return new Sample(List.copyOf(byId.values()), from.images(), scope);
  }

  private static void keep(
      ConsumerRecord<byte[], byte[]> record, Map<String, String> chosen, Map<String, Query> byId) {
    LabelVotes.valid(record.value())
        .filter(ExampleLabelled::hasSketch)
        .ifPresent(label -> {
          String id = LabelVotes.sketchId(label);
          if (chosen.containsKey(id)) {
            byId.put(id, new Query(label.getSketch(), chosen.get(id)));
          }
        });
  }
}
