package io.sketchstream.training.labels;

import io.sketchstream.events.Topics;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// Counts the labels of each class by reading [labels]; keeps the count until the topic grows.
///
/// **Threads:** any; one at a time counts.
public final class LabelCensus {
  private final TopicReader reader;
  private final int labelsMax;
  private Map<TopicPartition, Long> countedTo = Map.of();
  private Count last;

  /// Examples of a class.
  public record LabelledClass(String name, long photos, long sketches) {}

  /// @param labels that are current
  /// @param contradictory examples whose votes tie
  public record Count(long labels, long contradictory, List<LabelledClass> classes) {}

  /// @param labelsMax most labels that are held in memory
  public LabelCensus(TopicReader reader, int labelsMax) {
    this.reader = reader;
    this.labelsMax = labelsMax;
  }

  /// As of now.
  ///
  /// @throws DatasetException when there are too many labels
  public synchronized Count take() {
    Map<TopicPartition, Long> ends = reader.ends(Topics.LABELS.name());
    if (last == null || !ends.equals(countedTo)) {
      LabelVotes votes = new LabelVotes(labelsMax);
      reader.read(ends, votes::apply, (_, _) -> {});
      last = count(votes);
      countedTo = ends;
    }
    return last;
  }

  private Count count(LabelVotes votes) {
    LabelVotes.Verdict verdict = votes.verdict();
    Map<String, long[]> byClass = new TreeMap<>();
    verdict
        .classes()
        .forEach((example, name) ->
            byClass
                .computeIfAbsent(name, _ -> new long[2])[
                example.domain() == Domain.PHOTO ? 0 : 1]++);
    return new Count(
        votes.size(),
        verdict.contradictory(),
        byClass.entrySet().stream()
            .map(entry ->
                new LabelledClass(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
            .toList());
  }
}
