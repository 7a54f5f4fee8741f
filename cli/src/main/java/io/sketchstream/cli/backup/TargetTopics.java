package io.sketchstream.cli.backup;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// The topics of the installation that a backup is restored into.
///
/// **Threads:** one. **Owns:** a consumer, until [#close].
public final class TargetTopics implements AutoCloseable {
  private final Map<String, Integer> partitions;
  private final PartitionReader reader;

  /// The content of a topic.
  ///
  /// @param live keys with a value
  /// @param digest of them, see [LastRecords#digest]
  public record Content(long live, BigInteger digest) {}

  /// @throws KafkaException when Kafka does not answer or a topic does not exist
  public TargetTopics(KafkaAccess kafka) {
    partitions = kafka.partitions(SavedTopics.NAMES);
    reader = new PartitionReader(kafka);
  }

  /// A description of what is there already; empty when a backup replaces nothing: no image, no
  /// label, no standing query, and no models other than those of a release.
  public String content(Progress progress) throws IOException {
    long images = read(Topics.IMAGES.name(), progress).live();
    long labels = read(Topics.LABELS.name(), progress).live();
    long standing = read(Topics.STANDING_QUERIES.name(), progress).live();
    List<String> models =
        models().models().values().stream()
            .filter(model -> model.getOrigin() != ModelOrigin.SHIPPED)
            .map(ModelChanged::getGeneration)
            .toList();
    return images + labels + standing + models.size() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%,d images, %,d labels, %,d standing queries, %,d models of its own",
            images,
            labels,
            standing,
            models.size());
  }

  /// Reads a whole topic.
  public Content read(String topic, Progress progress) throws IOException {
    long live = 0;
    BigInteger digest = BigInteger.ZERO;
    List<TopicPartition> all = all(topic);
    Map<TopicPartition, Long> begins = reader.begins(all);
    Map<TopicPartition, Long> ends = reader.ends(all);
    long total = all.stream().mapToLong(each -> ends.get(each) - begins.get(each)).sum();
    long before = 0;
    for (TopicPartition partition : all) {
      LastRecords last = new LastRecords();
      long begin = begins.get(partition);
      long done = before;
      reader.read(
          partition,
          begin,
          ends.get(partition),
          stored -> {
            last.add(stored.offset(), stored.key(), stored.value());
            progress.at("reading " + topic, done + stored.offset() - begin, total);
          });
      before += ends.get(partition) - begin;
      live += last.live();
      digest = LastRecords.sum(digest, last.digest());
    }
    return new Content(live, digest);
  }

  /// Whether a topic holds what a backup of it does.
  public boolean holds(String topic, Manifest manifest, Progress progress) throws IOException {
    return read(topic, progress).equals(new Content(manifest.live(topic), manifest.digest(topic)));
  }

  /// The content of [models].
  Generations models() throws IOException {
    Generations[] models = {Generations.NONE};
    for (TopicPartition partition : all(Topics.MODELS.name())) {
      reader.read(
          partition,
          reader.begins(List.of(partition)).get(partition),
          reader.ends(List.of(partition)).get(partition),
          stored -> models[0] = with(models[0], stored));
    }
    return models[0];
  }

  /// Skips a record that no service accepts.
  static Generations with(Generations before, StoredRecord stored) {
    if (stored.key() == null) {
      return before;
    }
    try {
      return before.with(
          new String(stored.key(), StandardCharsets.UTF_8),
          stored.value() == null ? null : ModelChanged.parseFrom(stored.value()));
    } catch (IllegalArgumentException | InvalidProtocolBufferException _) {
      return before;
    }
  }

  int partitions(String topic) {
    return partitions.get(topic);
  }

  /// The offset after the last record of each partition.
  Map<Integer, Long> ends(String topic) {
    Map<Integer, Long> ends = new TreeMap<>();
    reader.ends(all(topic)).forEach((partition, end) -> ends.put(partition.partition(), end));
    return ends;
  }

  @Override
  public void close() {
    reader.close();
  }

  private List<TopicPartition> all(String topic) {
    return IntStream.range(0, partitions(topic))
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }
}
