package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Topics;
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
  private final int queriesMax;

  LabelledHoldOut(Map<String, Object> kafka, int queriesMax) {
    this.kafka = kafka;
    this.queriesMax = queriesMax;
  }

  @Override
  public Examples examples() {
    Collection<ExampleLabelled> labels = read();
    Map<String, Set<String>> classesOf = new HashMap<>();
    labels.stream()
        .filter(label -> label.hasImageId() && !label.getWrong())
        .forEach(label ->
            classesOf
                .computeIfAbsent(label.getImageId(), _ -> new HashSet<>())
                .add(label.getClassName()));
    Map<String, String> images = new HashMap<>();
    classesOf.forEach((id, classes) -> {
      if (classes.size() == 1) { // What people disagree about is no measure.
        images.put(id, classes.iterator().next());
      }
    });
    Examples all = new Examples(List.of(), images);
    List<Query> queries =
        new ArrayList<>(
            labels.stream()
                .filter(label -> label.hasSketch() && !label.getWrong())
                .map(label -> new Query(label.getSketch(), label.getClassName()))
                .filter(query -> all.relevant(query) >= RELEVANT_MIN)
                .toList());
    Collections.shuffle(queries, new Random(SEED));
    return new Examples(
        List.copyOf(queries.subList(0, Math.min(queriesMax, queries.size()))), Map.copyOf(images));
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
