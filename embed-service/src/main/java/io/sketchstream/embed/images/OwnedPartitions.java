package io.sketchstream.embed.images;

import io.sketchstream.embed.images.WrittenOffsets.Range;
import io.sketchstream.embed.loops.UncommittedBatches;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/// The partitions that a loop owns, and what an owner has to do besides embedding: it continues
/// where the former owner stopped, answers again what others wrote to the embeddings, and removes
/// images whose removal from `images` was missed.
///
/// **Threads:** the loop's. **Owns:** a comparison under way.
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
      throw new IllegalStateException(images + " is not taken up");
    }
    return known.term();
  }

  /// Whether there is work that requires that nothing is in flight.
  boolean needAttention() {
    return owned.values().stream()
        .anyMatch(partition ->
            !partition.isTakenUp()
                || partition.written().foreign().isPresent() && !isHeld(partition)
                || isComparisonDue(partition));
  }

  /// Does it.
  void attend() {
    for (OwnedPartition partition : List.copyOf(owned.values())) {
      if (!partition.isTakenUp() && !takeUp(partition)) {
        continue;
      }
      if (!isHeld(partition)) {
        partition.written().foreign().ifPresent(range -> examine(partition, range));
      }
      if (isComparisonDue(partition)) {
        comparison =
            Optional.of(PartitionComparison.begin(partition, services, consumer));
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
      close();
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
        close(); // The next owner does it from the beginning.
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
        && partition.left(consumer.position(partition.images(), CALL_MAX)) <= nearEnd;
  }

  private boolean takeUp(OwnedPartition partition) {
    TopicPartition images = partition.images();
    TopicPartition embeddings = partition.embeddings();
    OffsetAndMetadata committed = consumer.committed(Set.of(images), CALL_MAX).get(images);
    long end = consumer.endOffsets(List.of(embeddings), CALL_MAX).get(embeddings);
    if (!partition.takeUp(Optional.ofNullable(committed), end, services.clock().millis())) {
      remake(partition);
    }
    return claim(partition);
  }

  /// Notes the term before anything is written in it, so that the next owner has a higher one.
  ///
  /// @return false when Kafka does not take the note; the partition is taken up again then
  private boolean claim(OwnedPartition partition) {
    TopicPartition images = partition.images();
    OffsetAndMetadata next = new OffsetAndMetadata(consumer.position(partition.images(), CALL_MAX));
    OffsetAndMetadata noted = partition.described(next, services.clock().millis());
    try {
      consumer.commitSync(Map.of(images, noted), CALL_MAX);
      return true;
    } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
      LOG.debugf("%s is not taken up yet: %s", images, e.getMessage());
      owned.put(images, owned(images));
      return false;
    }
  }

  private void remake(OwnedPartition partition) {
    LOG.warnf("%s has lost embeddings: all images are embedded again", partition.embeddings());
    if (isHeld(partition)) {
      close();
    }
    consumer.seekToBeginning(List.of(partition.images()));
  }

  /// Another owner has written: a former one, before it stopped or late. The images that it
  /// answered are embedded again, from the earliest. If its term is not below that of this owner,
  /// since Kafka had forgotten the notes, what this owner has written since may count for nothing.
  private void examine(OwnedPartition partition, Range range) {
    ForeignRecords found = read(partition, range);
    if (found.term() > partition.term()) {
      partition.outrank(found.term());
      found = read(partition, new Range(range.from(), partition.written().next()));
    }
    long position = consumer.position(partition.images(), CALL_MAX);
    if (found.earliest() < position) {
      long from = Math.max(0, found.earliest());
      LOG.infof(
          "%s: embeddings %d to %d were not written here: images %d to %d are embedded again",
          partition.embeddings(), range.from(), range.end() - 1, from, position - 1);
      consumer.seek(partition.images(), from);
      partition.repair(range.from(), position);
    }
    partition.written().examined(range);
  }

  private ForeignRecords read(OwnedPartition partition, Range range) {
    return ForeignRecords.read(
        services.clients(), generation.embedGroup() + "-foreign", partition.embeddings(), range);
  }

  private void look(List<OwnedPartition> takenUp, UncommittedBatches inFlight) {
    List<TopicPartition> all = new ArrayList<>();
    takenUp.forEach(partition -> {
      all.add(partition.images());
      all.add(partition.embeddings());
    });
    long now = services.clock().millis();
    Map<TopicPartition, Long> ends;
    try {
      ends = consumer.endOffsets(all, LOOK_EVERY);
    } catch (RetriableException e) {
      LOG.debugf("the ends of %s are not known: %s", all, e.getMessage());
      return;
    }
    boolean quiet = inFlight.isEmpty();
    for (OwnedPartition partition : takenUp) {
      OptionalLong reached =
          quiet
              ? OptionalLong.of(consumer.position(partition.images(), CALL_MAX))
              : OptionalLong.empty();
      partition.ends(ends.get(partition.images()), reached, now);
      if (quiet && !partition.found(ends.get(partition.embeddings()))) {
        remake(partition);
      } else if (quiet && now - partition.committedAt() > IDLE_MAX.toMillis()) {
        inFlight.commitAgain(partition.images(), new OffsetAndMetadata(reached.getAsLong()));
      }
    }
  }
}
