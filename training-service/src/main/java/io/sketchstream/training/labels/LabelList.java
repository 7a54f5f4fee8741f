package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Instants;
import io.sketchstream.events.Topics;
import io.sketchstream.trainer.data.DatasetException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The current labels, one by one. Each call first reads the new records of [labels]. [LabelVotes]
/// decides which record of a label counts.
///
/// Holds about a hundred bytes per label, and no pictures.
///
/// **Threads:** any; one at a time reads.
public final class LabelList {
  /// After this time it reads all labels: Kafka may have dropped withdrawals since.
  private static final Duration AWAY_MAX = Duration.ofHours(1);

  private final TopicReader reader;
  private final int labelsMax;
  private final LongSupplier nanos;
  private String topicId = "";
  private Map<TopicPartition, Long> readTo = Map.of();
  private long readNanos;
  private LabelVotes votes;
  private NavigableMap<String, Row> rows = new TreeMap<>();

  /// One label.
  ///
  /// @param imageId the image that it is of; empty for a sketch
  /// @param sketch SHA-256 of the sketch that it is of; empty for an image
  /// @param className what it shows
  /// @param wrong whether it does not show that
  public record Label(
      String labelId,
      String imageId,
      String sketch,
      @JsonProperty("class") String className,
      String labelledBy,
      Instant labelledAt,
      boolean wrong) {}

  /// A label and where its record is.
  private record Row(Label label, int partition, long offset) {
    boolean isOf(ConsumerRecord<byte[], byte[]> record) {
      return record.partition() == partition && record.offset() == offset;
    }
  }

  /// Receives labels with the images or sketches that they are of.
  public interface Visitor {
    /// @param event its `label_id` may differ: the key of its record counts
    void label(String labelId, ExampleLabelled event);
  }

  /// The labels that were current at one moment.
  public interface Snapshot {
    /// Reads them from the topic, once and in its order. A label that is replaced meanwhile may be
    /// missing.
    void forEach(Visitor visitor);
  }

  /// @param labels by label id
  /// @param next where the next page begins; empty when there is none
  public record Page(List<Label> labels, String next) {}

  /// @param labelsMax most labels that are held in memory
  public LabelList(TopicReader reader, int labelsMax) {
    this(reader, labelsMax, System::nanoTime);
  }

  /// @param nanos as [System#nanoTime]
  LabelList(TopicReader reader, int labelsMax, LongSupplier nanos) {
    this.nanos = nanos;
    this.reader = reader;
    this.labelsMax = labelsMax;
    this.votes = new LabelVotes(labelsMax);
  }

  /// A page of those that match.
  ///
  /// @param after the last label id of the page before; empty for the first one
  /// @param limit most labels of a page, 1 or more
  /// @throws DatasetException when there are too many labels
  public synchronized Page page(Predicate<Label> matching, String after, int limit) {
    catchUp();
    List<Label> page = new ArrayList<>();
    for (Row row : rows.tailMap(after, false).values()) {
      Label label = row.label();
      if (matching.test(label)) {
        if (page.size() == limit) {
          return new Page(List.copyOf(page), page.getLast().labelId());
        }
        page.add(label);
      }
    }
    return new Page(List.copyOf(page), "");
  }

  /// The current labels, with their sketches, which are not held in memory.
  ///
  /// @throws DatasetException when there are too many labels
  public synchronized Snapshot snapshot() {
    catchUp();
    Map<TopicPartition, Long> ends = readTo;
    Map<String, Row> counting = Map.copyOf(rows);
    return visitor -> reader.read(ends, record -> visit(record, counting, visitor), (_, _) -> {});
  }

  private static void visit(
      ConsumerRecord<byte[], byte[]> record, Map<String, Row> counting, Visitor visitor) {
    if (record.key() != null) {
      String labelId = new String(record.key(), UTF_8);
      Row row = counting.get(labelId);
      if (row != null && row.isOf(record)) {
        LabelVotes.valid(record.value()).ifPresent(label -> visitor.label(labelId, label));
      }
    }
  }

  private void catchUp() {
    long now = nanos.getAsLong();
    Map<TopicPartition, Long> ends = reader.ends(Topics.LABELS.name());
    if (!ends.equals(readTo)) {
      String id = reader.id(Topics.LABELS.name());
      if (!id.equals(topicId) || !continues(ends) || now - readNanos > AWAY_MAX.toNanos()) {
        votes = new LabelVotes(labelsMax);
        rows = new TreeMap<>();
        readTo = Map.of();
        topicId = id;
      }
      Map<TopicPartition, Long> from = readTo;
      readTo = Map.of(); // Should reading fail, it starts over.
      reader.read(from, ends, this::apply, (_, _) -> {});
      readTo = ends;
    }
    readNanos = now;
  }

  private boolean continues(Map<TopicPartition, Long> ends) {
    return !readTo.isEmpty()
        && readTo.entrySet().stream()
            .allMatch(read -> ends.getOrDefault(read.getKey(), 0L) >= read.getValue());
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    String labelId = new String(record.key(), UTF_8);
    votes
        .apply(record)
        .ifPresentOrElse(
            label ->
                rows.put(
                    labelId, new Row(label(labelId, label), record.partition(), record.offset())),
            () -> {
              if (!votes.counts(labelId)) {
                rows.remove(labelId);
              }
            });
  }

  private static Label label(String labelId, ExampleLabelled label) {
    return new Label(
        labelId,
        label.hasSketch() ? "" : label.getImageId(),
        label.hasSketch() ? LabelVotes.sketchId(label) : "",
        label.getClassName(),
        label.getLabelledBy(),
        Instants.of(label.getLabelledAt()),
        label.getWrong());
  }
}
