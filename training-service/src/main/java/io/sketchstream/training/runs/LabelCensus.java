package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Topics;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.HeldOutClasses;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Counts the labels by class, by reading all of them; remembers the last count until there are
/// more.
///
/// **Threads:** any, one at a time counts.
final class LabelCensus {
  private final TopicReader reader;
  private final int labelsMax;
  private final HeldOutClasses heldOut;
  private Map<TopicPartition, Long> countedTo = Map.of();
  private Count last;

  /// @param heldOut whether no run learns from it, where enough classes are held out
  record LabelledClass(String name, long photos, long sketches, boolean heldOut) {}

  /// @param labels all of them, as they stand
  /// @param contradictory examples that people disagree about evenly
  record Count(long labels, long contradictory, List<LabelledClass> classes) {}

  LabelCensus(TopicReader reader, int labelsMax, double heldOutShare) {
    this.reader = reader;
    this.labelsMax = labelsMax;
    this.heldOut = new HeldOutClasses(heldOutShare);
  }

  /// As of now.
  ///
  /// @throws io.sketchstream.training.data.DatasetException when there are too many
  synchronized Count take() {
    Map<TopicPartition, Long> ends = reader.ends(Topics.LABELS.name());
    if (last == null || !ends.equals(countedTo)) {
      LabelIndex index = new LabelIndex(labelsMax);
      reader.read(ends, record -> apply(record, index), (_, _) -> {});
      last = count(index);
      countedTo = ends;
    }
    return last;
  }

  private static void apply(ConsumerRecord<byte[], byte[]> record, LabelIndex index) {
    String labelId = new String(record.key(), UTF_8);
    try {
      if (record.value() == null) {
        index.remove(labelId);
      } else {
        index.put(labelId, ExampleLabelled.parseFrom(record.value()));
      }
    } catch (InvalidProtocolBufferException _) {
      index.remove(labelId);
    }
  }

  private Count count(LabelIndex index) {
    LabelIndex.Verdict verdict = index.verdict();
    Map<String, long[]> byClass = new TreeMap<>();
    verdict
        .classes()
        .forEach((example, name) ->
            byClass
                .computeIfAbsent(name, _ -> new long[2])[
                example.domain() == Domain.PHOTO ? 0 : 1]++);
    return new Count(
        index.size(),
        verdict.contradictory(),
        byClass.entrySet().stream()
            .map(entry ->
                new LabelledClass(
                    entry.getKey(),
                    entry.getValue()[0],
                    entry.getValue()[1],
                    heldOut.contains(entry.getKey())))
            .toList());
  }
}
