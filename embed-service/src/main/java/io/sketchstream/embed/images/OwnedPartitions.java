package io.sketchstream.embed.images;

import io.sketchstream.embed.loops.UncommittedBatches;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.LogOffsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/// The partitions that a loop owns, and what an owner does besides embedding: it continues where
/// the former one stopped, answers again what others wrote to the embeddings, removes images whose
/// removal was missed, and starts over when a topic was deleted and recreated.
///
/// **Threads:** the loop's. **Owns:** a comparison under way, and an admin client.
final class OwnedPartitions implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(OwnedPartitions.class);

  /// How often it asks Kafka for the ends of the partitions.
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  /// An offset is committed again after this time, so that it says that nothing was missed.
  private static final Duration IDLE_MAX = Duration.ofHours(1);

  private final Generation generation;
  private final ImageServices services;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ImageWriter writer;
  private final BooleanSupplier paused;
  private final int nearEnd;
  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
  private final Admin admin;
  private final LogOffsets log;
  private final ForeignWrites foreign;
  private Optional<PartitionComparison> comparison = Optional.empty();
  private long lookedAtNanos = System.nanoTime() - LOOK_EVERY.toNanos();

  /// @param paused whether no images may be taken
  /// @param nearEnd images left at which a comparison may begin
  OwnedPartitions(
      Generation generation,
      ImageServices services,
      KafkaConsumer<byte[], byte[]> consumer,
      ImageWriter writer,
      BooleanSupplier paused,
      int nearEnd) {
    this.generation = generation;
    this.services = services;
    this.consumer = consumer;
    this.writer = writer;
    this.paused = paused;
    this.nearEnd = nearEnd;
    this.admin = services.clients().admin(generation.embedGroup() + "-topics", CALL_MAX);
    this.log = new LogOffsets(admin, CALL_MAX);
    this.foreign = new ForeignWrites(generation, services, consumer);
  }

  /// Follows rebalances, together with the batches in flight.
  ConsumerRebalanceListener with(UncommittedBatches inFlight) {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        inFlight.onPartitionsAssigned(partitions);
        partitions.forEach(partition -> owned.put(partition, owned(partition)));
      }

      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        inFlight.onPartitionsRevoked(partitions);
        forget(partitions);
      }

      @Override
      public void onPartitionsLost(Collection<TopicPartition> partitions) {
        inFlight.onPartitionsLost(partitions);
        forget(partitions);
      }
    };
  }

  /// What an offset is committed with.
  OffsetAndMetadata described(TopicPartition partition, OffsetAndMetadata next) {
    OwnedPartition known = owned.get(partition);
    return known == null ? next : known.described(next, services.clock().millis());
  }

  /// Records acknowledged embeddings for the current ownership of the partitions. If a partition is
  /// lost and regained, earlier writes count as those of another owner.
  Consumer<RecordMetadata> acknowledgements() {
    String topic = Topics.imageEmbeddings(generation).name();
    Map<Integer, WrittenOffsets> written = new HashMap<>();
    owned.values().stream()
        .filter(OwnedPartition::isTakenUp)
        .forEach(state -> written.put(state.images().partition(), state.written()));
    return metadata -> {
      if (metadata.topic().equals(topic) && written.containsKey(metadata.partition())) {
        written.get(metadata.partition()).acknowledged(metadata.offset());
      }
    };
  }

  /// The term in which a record of `images` is answered now.
  long term(TopicPartition images) {
    OwnedPartition known = owned.get(images);
    if (known == null || !known.isTakenUp()) {
      throw new IllegalStateException(images + " is not owned");
    }
    return known.term();
  }

  /// Whether there is work that requires that nothing is in flight.
  boolean needAttention() {
    return owned.values().stream()
        .anyMatch(partition ->
            !partition.isTakenUp()
                || partition.isRecreated()
                || partition.written().foreign().isPresent() && !isHeld(partition)
                || isComparisonDue(partition));
  }

  /// Does it.
  void attend() {
    TopicIds ids = TopicIds.of(generation, log);
    for (OwnedPartition partition : List.copyOf(owned.values())) {
      if (!partition.isTakenUp() && !takeUp(partition, ids)) {
        continue;
      }
      if (partition.isRecreated()) {
        partition.startOver(end(partition.embeddings()), ids);
        remake(partition);
        if (!claim(partition)) {
          continue;
        }
      }
      if (!isHeld(partition) && foreign.examine(partition) && !claim(partition)) {
        continue;
      }
      if (isComparisonDue(partition)) {
        comparison = Optional.of(PartitionComparison.begin(partition, services, consumer));
      }
    }
  }

  /// The partitions that may be read now.
  Set<TopicPartition> readable() {
    Set<TopicPartition> readable = new HashSet<>(consumer.paused());
    comparison.ifPresent(running -> readable.remove(running.partition().images()));
    return readable;
  }

  /// Whether a comparison is under way, so that [#step] has something to do.
  boolean isComparing() {
    return comparison.isPresent();
  }

  /// Continues long-running work for a moment, and checks the ends of the partitions when due.
  void step(UncommittedBatches inFlight) {
    if (isComparing() && !comparison.get().step(writer, inFlight, acknowledgements())) {
      endComparison();
    }
    List<OwnedPartition> takenUp =
        owned.values().stream().filter(OwnedPartition::isTakenUp).toList();
    if (!takenUp.isEmpty() && System.nanoTime() - lookedAtNanos >= LOOK_EVERY.toNanos()) {
      look(takenUp, inFlight);
      lookedAtNanos = System.nanoTime();
    }
  }

  @Override
  public void close() {
    endComparison();
    admin.close(Duration.ZERO);
  }

  private void endComparison() {
    comparison.ifPresent(PartitionComparison::close);
    comparison = Optional.empty();
  }

  private OwnedPartition owned(TopicPartition images) {
    return new OwnedPartition(
        images,
        new TopicPartition(Topics.imageEmbeddings(generation).name(), images.partition()),
        services.awayMax().toMillis());
  }

  private void forget(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> {
      OwnedPartition former = owned.remove(partition);
      if (former != null && isHeld(former)) {
        endComparison(); // The next owner does it from the beginning.
      }
    });
  }

  private boolean isHeld(OwnedPartition partition) {
    return comparison.filter(running -> running.partition() == partition).isPresent();
  }

  private boolean isComparisonDue(OwnedPartition partition) {
    return comparison.isEmpty()
        && !paused.getAsBoolean()
        && partition.isTakenUp()
        && partition.lacksComparison()
        && partition.left(position(partition)) <= nearEnd;
  }

  private long position(OwnedPartition partition) {
    return consumer.position(partition.images(), CALL_MAX);
  }

  private long end(TopicPartition partition) {
    return consumer.endOffsets(List.of(partition), CALL_MAX).get(partition);
  }

  private boolean takeUp(OwnedPartition partition, TopicIds ids) {
    TopicPartition images = partition.images();
    OffsetAndMetadata committed = consumer.committed(Set.of(images), CALL_MAX).get(images);
    long end = end(partition.embeddings());
    long now = services.clock().millis();
    if (!partition.takeUp(Optional.ofNullable(committed), position(partition), end, ids, now)) {
      remake(partition);
    }
    return claim(partition);
  }

  /// Notes the term before anything is written in it, so that the next owner has a higher one.
  ///
  /// @return false when Kafka does not take the note; the partition is acquired again then
  private boolean claim(OwnedPartition partition) {
    TopicPartition images = partition.images();
    OffsetAndMetadata next = new OffsetAndMetadata(position(partition));
    OffsetAndMetadata noted = partition.described(next, services.clock().millis());
    try {
      consumer.commitSync(Map.of(images, noted), CALL_MAX);
      return true;
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      LOG.debugf("%s can't be acquired yet: %s", images, e.getMessage());
      owned.put(images, owned(images));
      return false;
    }
  }

  private void remake(OwnedPartition partition) {
    LOG.warnf("%s is not that of images: all images are embedded again", partition.embeddings());
    if (isHeld(partition)) {
      endComparison();
    }
    consumer.seekToBeginning(List.of(partition.images()));
  }

  private void look(List<OwnedPartition> takenUp, UncommittedBatches inFlight) {
    List<TopicPartition> all =
        takenUp.stream()
            .flatMap(partition -> Stream.of(partition.images(), partition.embeddings()))
            .toList();
    long now = services.clock().millis();
    Map<TopicPartition, Long> ends;
    TopicIds ids;
    try {
      ids = TopicIds.of(generation, log);
      ends = consumer.endOffsets(all, LOOK_EVERY);
    } catch (RetriableException e) {
      LOG.debugf("the ends of %s are not known: %s", all, e.getMessage());
      return;
    }
    boolean quiet = inFlight.isEmpty();
    for (OwnedPartition partition : takenUp) {
      partition.identify(ids);
      OptionalLong reached = quiet ? OptionalLong.of(position(partition)) : OptionalLong.empty();
      partition.ends(ends.get(partition.images()), reached, now);
      if (quiet && !partition.found(ends.get(partition.embeddings()))) {
        remake(partition);
      } else if (quiet && now - partition.committedAt() > IDLE_MAX.toMillis()) {
        inFlight.commitAgain(partition.images(), new OffsetAndMetadata(reached.getAsLong()));
      }
    }
  }
}
