package io.sketchstream.training.labels;

import io.sketchstream.events.Topics;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.training.labels.PictureFolder.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/// Counts the labels of each class by reading [labels]; keeps the count until the topic grows.
///
/// **Threads:** any; one at a time counts.
///
/// @param <S> what is summed up of the examples
public final class LabelCensus<S> {
  private final TopicReader reader;
  private final int labelsMax;
  private final Function<LabelledPictures, S> summary;
  private Map<TopicPartition, Long> countedTo = Map.of();
  private Tally<S> last;

  /// Examples of a class.
  public record LabelledClass(String name, long photos, long sketches) {}

  /// @param labels that are current
  /// @param contradictory examples whose votes tie
  public record Count(long labels, long contradictory, List<LabelledClass> classes) {}

  /// @param summary of the examples
  public record Tally<S>(Count count, S summary) {}

  /// @param labelsMax most labels that are held in memory, while they are counted
  /// @param summary made once for each count, of what is labelled, by the names of the files that a
  ///   run would make of them; no file need be there
  public LabelCensus(TopicReader reader, int labelsMax, Function<LabelledPictures, S> summary) {
    this.reader = reader;
    this.labelsMax = labelsMax;
    this.summary = summary;
  }

  /// As of now.
  ///
  /// @throws DatasetException when there are too many labels
  public synchronized Tally<S> take() {
    Map<TopicPartition, Long> ends = reader.ends(Topics.LABELS.name());
    if (last == null || !ends.equals(countedTo)) {
      LabelVotes votes = new LabelVotes(labelsMax);
      reader.read(ends, votes::apply, (_, _) -> {});
      last = tally(votes);
      countedTo = ends;
    }
    return last;
  }

  private Tally<S> tally(LabelVotes votes) {
    LabelVotes.Verdict verdict = votes.verdict();
    PictureFolder names = new PictureFolder(Path.of(""), 0);
    List<Example> examples = new ArrayList<>();
    verdict
        .classes()
        .forEach((key, name) -> {
          Kind kind = key.domain() == Domain.PHOTO ? Kind.PHOTO : Kind.SKETCH;
          examples.add(new Example(names.file(kind, key.id()), name, key.domain()));
        });
    return new Tally<>(count(votes, verdict), summary.apply(LabelledPictures.of(examples)));
  }

  private static Count count(LabelVotes votes, LabelVotes.Verdict verdict) {
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
