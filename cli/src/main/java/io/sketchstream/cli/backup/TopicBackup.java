package io.sketchstream.cli.backup;

import io.sketchstream.cli.backup.Manifest.RecordsFile;
import io.sketchstream.cli.backup.Manifest.TopicLayout;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Copies the topics that can't be rebuilt into files, while they are written.
///
/// The copy is made in rounds. The first one copies each partition up to its end, the next ones
/// copy what was written meanwhile, until a round is short. The backup has the state of the moment
/// at which the last round began: a record that compaction removed before it was copied was
/// replaced by one that a later round copies. Records written after that moment are not in it.
///
/// **Threads:** one. **Owns:** the files, until [#close].
public final class TopicBackup implements AutoCloseable {
  private static final Duration ROUND_SHORT = Duration.ofSeconds(5);
  private static final int ROUNDS_MIN = 2;
  private static final int ROUNDS_MAX = 10;

  private final KafkaAccess kafka;
  private final BackupFolder folder;
  private final Progress progress;
  private final InstantSource clock;
  private final Map<TopicPartition, Part> parts = new LinkedHashMap<>();

  /// The copy of one partition so far.
  private static final class Part {
    private final String file;
    private final RecordFileWriter writer;
    private final long from;
    private long next;
    private long leftOut;

    Part(String file, RecordFileWriter writer, long from) {
      this.file = file;
      this.writer = writer;
      this.from = from;
      this.next = from;
    }
  }

  /// What was copied.
  ///
  /// @param at the moment whose state it has
  public record Copy(
      String cluster, Instant at, List<TopicLayout> topics, List<RecordsFile> files) {
    public Copy {
      topics = List.copyOf(topics);
      files = List.copyOf(files);
    }
  }

  public TopicBackup(
      KafkaAccess kafka, BackupFolder folder, Progress progress, InstantSource clock) {
    this.kafka = kafka;
    this.folder = folder;
    this.progress = progress;
    this.clock = clock;
  }

  /// Copies everything, and reads it back.
  ///
  /// @throws KafkaException when Kafka does not answer or a topic does not exist
  public Copy take() throws IOException, BrokenBackupException {
    String cluster = kafka.clusterId();
    List<TopicLayout> topics = new ArrayList<>();
    Map<String, Integer> partitions = kafka.partitions(SavedTopics.NAMES);
    for (String topic : SavedTopics.NAMES) {
      topics.add(new TopicLayout(topic, partitions.get(topic), kafka.config(topic)));
    }
    Instant at;
    try (PartitionReader reader = new PartitionReader(kafka)) {
      open(reader, topics);
      at = copy(reader, topics);
    }
    for (Part part : parts.values()) {
      part.writer.finish();
    }
    return new Copy(cluster, at, topics, readBack());
  }

  @Override
  public void close() throws IOException {
    for (Part part : parts.values()) {
      part.writer.close();
    }
  }

  private void open(PartitionReader reader, List<TopicLayout> topics) throws IOException {
    for (TopicLayout topic : topics) {
      List<TopicPartition> all = partitions(topic);
      Map<TopicPartition, Long> begins = reader.begins(all);
      for (TopicPartition partition : all) {
        String file = partition + ".records";
        parts.put(
            partition,
            new Part(file, new RecordFileWriter(folder.resolve(file)), begins.get(partition)));
      }
    }
  }

  /// @return the moment whose state the copy has
  private Instant copy(PartitionReader reader, List<TopicLayout> topics) throws IOException {
    for (int round = 1; ; round++) {
      Instant begun = clock.instant();
      Map<TopicPartition, Long> ends = new LinkedHashMap<>();
      topics.forEach(topic -> ends.putAll(reader.ends(partitions(topic))));
      long total =
          ends.entrySet().stream()
              .mapToLong(end -> end.getValue() - parts.get(end.getKey()).from)
              .sum();
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        copy(reader, end.getKey(), end.getValue(), total);
      }
      boolean isShort = Duration.between(begun, clock.instant()).compareTo(ROUND_SHORT) < 0;
      if (round >= ROUNDS_MIN && (isShort || round == ROUNDS_MAX)) {
        return begun;
      }
    }
  }

  private void copy(PartitionReader reader, TopicPartition partition, long to, long total)
      throws IOException {
    Part part = parts.get(partition);
    long others =
        parts.values().stream().mapToLong(other -> other.next - other.from).sum()
            - (part.next - part.from);
    reader.read(
        partition,
        part.next,
        to,
        stored -> {
          part.leftOut += part.writer.add(stored) ? 0 : 1;
          progress.at("copying", others + stored.offset() - part.from, total);
        });
    part.next = Math.max(part.next, to);
  }

  private List<RecordsFile> readBack() throws IOException, BrokenBackupException {
    List<RecordsFile> files = new ArrayList<>();
    for (Map.Entry<TopicPartition, Part> entry : parts.entrySet()) {
      progress.at("reading back", files.size(), parts.size());
      Part part = entry.getValue();
      CheckedFile checked = CheckedFile.read(folder.resolve(part.file));
      files.add(
          new RecordsFile(
              part.file,
              entry.getKey().topic(),
              entry.getKey().partition(),
              part.from,
              part.next,
              checked.records(),
              checked.last().live(),
              checked.digest(),
              part.leftOut,
              checked.sha256()));
    }
    return files;
  }

  private static List<TopicPartition> partitions(TopicLayout topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.topic(), partition))
        .toList();
  }
}
