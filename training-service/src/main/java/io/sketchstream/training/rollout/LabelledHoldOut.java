package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Topics;
import io.sketchstream.training.data.HeldOutClasses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads [labels] to its end. Of the sketches whose class has labelled images it takes a sample,
/// the same for the same labels.
///
/// **Threads:** any; a consumer is made for each call.
final class LabelledHoldOut implements HoldOut {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration READ_MAX = Duration.ofSeconds(60);
  private static final int RELEVANT_MIN = 2;
  private static final long SEED = 20_221;

  private final Map<String, Object> kafka;
  private final Options options;

  /// How many; [io.sketchstream.training.TrainingServiceConfig] documents each.
  ///
  /// @param queriesMin sketches of held-out classes without which those of all classes are taken
  /// @param classesMin held-out classes without which those of all are taken
  record Options(int queriesMax, int queriesMin, int classesMin) {}

  LabelledHoldOut(Map<String, Object> kafka, Options options) {
    this.kafka = kafka;
    this.options = options;
  }

  @Override
  public Examples examples(HeldOutClasses heldOut) {
    Collection<ExampleLabelled> labels = read();
    Examples all = all(labels);
    if (heldOut.share() == 0) {
      return sample(all, "of all classes");
    }
    Examples unseen = only(all, heldOut);
    long classes = unseen.queries().stream().map(Query::className).distinct().count();
    int queries = unseen.queries().size();
    return queries >= options.queriesMin() && classes >= options.classesMin()
        ? sample(unseen, "of %d classes held out from its training".formatted(classes))
        : sample(
            all,
            "of all classes: only %d, of %d classes, were held out from its training"
                .formatted(queries, classes));
  }

  /// All sketches that have something to find, and all images that people agree about.
  private static Examples all(Collection<ExampleLabelled> labels) {
    Map<String, Set<String>> classesOf = new HashMap<>();
    labels.stream()
        .filter(label -> label.hasImageId() && !label.getWrong())
        .forEach(label ->
            classesOf
                .computeIfAbsent(label.getImageId(), _ -> new HashSet<>())
                .add(label.getClassName()));
    Map<String, String> images = new HashMap<>();
    Map<String, Integer> sizes = new HashMap<>();
    classesOf.forEach((id, classes) -> {
      if (classes.size() == 1) { // What people disagree about is no measure.
        String className = classes.iterator().next();
        images.put(id, className);
        sizes.merge(className, 1, Integer::sum);
      }
    });
    List<Query> queries =
        labels.stream()
            .filter(label -> label.hasSketch() && !label.getWrong())
            .map(label -> new Query(label.getSketch(), label.getClassName()))
            .filter(query -> sizes.getOrDefault(query.className(), 0) >= RELEVANT_MIN)
            .toList();
    return new Examples(queries, images, "");
  }

  private static Examples only(Examples all, HeldOutClasses classes) {
    Map<String, String> images = new HashMap<>(all.images());
    images.values().removeIf(className -> !classes.contains(className));
    return new Examples(
        all.queries().stream().filter(query -> classes.contains(query.className())).toList(),
        images,
        "");
  }

  private Examples sample(Examples of, String scope) {
    List<Query> queries = new ArrayList<>(of.queries());
    Collections.shuffle(queries, new Random(SEED));
    return new Examples(
        List.copyOf(queries.subList(0, Math.min(options.queriesMax(), queries.size()))),
        Map.copyOf(of.images()),
        scope);
  }

  /// The labels as they stand, in the order of their topic.
  private Collection<ExampleLabelled> read() {
    Map<String, ExampleLabelled> labels = new java.util.LinkedHashMap<>();
    long deadline = System.nanoTime() + READ_MAX.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.LABELS.name(), READ_MAX).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        return List.of();
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, READ_MAX);
      while (partitions.stream().anyMatch(p -> consumer.position(p, READ_MAX) < ends.get(p))) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("labels can't be read to its end");
        }
        consumer.poll(POLL).forEach(record -> apply(record, labels));
      }
    }
    return labels.values();
  }

  private static void apply(
      ConsumerRecord<byte[], byte[]> record, Map<String, ExampleLabelled> labels) {
    String id = record.key() == null ? "" : new String(record.key(), UTF_8);
    labels.remove(id);
    try {
      if (record.value() != null) {
        labels.put(id, ExampleLabelled.parseFrom(record.value()));
      }
    } catch (InvalidProtocolBufferException _) {
      // No label: whoever trains says so.
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "rollout-labels");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
