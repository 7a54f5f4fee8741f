package io.sketchstream.training.rollout;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.EventHeaders.Origin;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.training.rollout.Judge.Refusals;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jboss.logging.Logger;

/// Counts the images that one generation refuses and another accepts, by the dead letters of
/// `images`.
///
/// The previous generation is still fed, so both read the same records. Only records after a given
/// time that both have processed count, by their committed offsets: an invalid image is refused by
/// both, and a lag counts for neither. A letter that was written twice counts once.
///
/// **Threads:** any; clients are made for each call.
final class RefusedImages {
  private static final Logger LOG = Logger.getLogger(RefusedImages.class);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Map<String, Object> EARLIEST =
      Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
  private static final Duration READ_MAX = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);

  /// Difference of the clocks of senders and embedders.
  private static final Duration CLOCKS_DIFFER_MAX = Duration.ofMinutes(5);

  /// Each letter holds an image; this many are enough.
  private static final int LETTERS_MAX = 20_000;

  private final KafkaClients clients;

  /// The records of `images` that count.
  ///
  /// @param from first offset of each partition
  /// @param to offset after the last one
  private record Window(Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    static Window of(
        Offsets offsets, Generation candidate, Generation reference, long sinceMillis) {
      Map<TopicPartition, Long> from = offsets.since(Topics.IMAGES.name(), sinceMillis);
      Map<TopicPartition, Long> to = new HashMap<>(from);
      Map<TopicPartition, Long> ofCandidate = offsets.committed(candidate.embedGroup());
      Map<TopicPartition, Long> ofReference = offsets.committed(reference.embedGroup());
      to.replaceAll((partition, first) -> {
        long both =
            Math.min(
                ofCandidate.getOrDefault(partition, 0L), ofReference.getOrDefault(partition, 0L));
        return Math.max(first, both);
      });
      return new Window(from, to);
    }

    long images() {
      return from.entrySet().stream()
          .mapToLong(first -> to.get(first.getKey()) - first.getValue())
          .sum();
    }

    boolean contains(Origin origin) {
      TopicPartition partition = new TopicPartition(origin.topic(), origin.partition());
      return from.containsKey(partition)
          && origin.offset() >= from.get(partition)
          && origin.offset() < to.get(partition);
    }
  }

  RefusedImages(Map<String, Object> kafka) {
    this.clients = new KafkaClients(kafka);
  }

  /// Counts over the images since a time; empty when Kafka does not answer.
  Optional<Refusals> count(Generation candidate, Generation reference, long sinceMillis)
      throws InterruptedException {
    try (Admin admin = clients.admin("rollout-refusals-admin", CALL_MAX)) {
      return Optional.of(count(new Offsets(admin), candidate, reference, sinceMillis));
    } catch (KafkaException e) {
      LOG.warnf("refused images can't be counted: %s", e.getMessage());
    }
    return Optional.empty();
  }

  private Refusals count(
      Offsets offsets, Generation candidate, Generation reference, long sinceMillis) {
    Window window = Window.of(offsets, candidate, reference, sinceMillis);
    if (window.images() == 0) {
      return new Refusals(0, 0, 0);
    }
    Map<TopicPartition, Long> letters =
        offsets.since(
            Topics.IMAGES.deadLetters().name(), sinceMillis - CLOCKS_DIFFER_MAX.toMillis());
    Map<String, Set<Origin>> refused = new HashMap<>();
    refused.put(candidate.id(), new HashSet<>());
    refused.put(reference.id(), new HashSet<>());
    read(letters, letter -> count(letter.headers(), window::contains, refused));
    return new Refusals(
        window.images(), refused.get(candidate.id()).size(), refused.get(reference.id()).size());
  }

  /// Counts a letter for the generation that wrote it. Anybody may write one: it counts nothing
  /// when it names no record that counts, or another generation.
  static void count(Headers letter, Predicate<Origin> counts, Map<String, Set<Origin>> refused) {
    Set<Origin> byOne = refused.get(EventHeaders.text(letter, EventHeaders.REFUSED_BY));
    if (byOne != null) {
      EventHeaders.origin(letter).filter(counts).ifPresent(byOne::add);
    }
  }

  private void read(
      Map<TopicPartition, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> letter) {
    if (from.isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + READ_MAX.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer = clients.reader("rollout-refusals", EARLIEST)) {
      List<TopicPartition> partitions = List.copyOf(from.keySet());
      consumer.assign(partitions);
      from.forEach(consumer::seek);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, READ_MAX);
      int read = 0;
      while (read < LETTERS_MAX
          && System.nanoTime() - deadline < 0
          && partitions.stream().anyMatch(p -> consumer.position(p, READ_MAX) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          letter.accept(record);
          read++;
        }
      }
    }
  }
}
