package io.sketchstream.ingest.gallery;

import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.LogOffsets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jboss.logging.Logger;

/// Which images are in the gallery, as far as `[images]` has been read: a Kafka Streams global
/// store on disk, so that a restart reads only newer records. Writes of this instance that Kafka
/// has acknowledged show at once, before they come back through the topic.
///
/// **Threads:** any may call. Kafka Streams' global thread applies records. **Owns:** the Kafka
/// Streams application and its directory.
final class GalleryDirectory implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(GalleryDirectory.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// Own writes show at once, so nobody waits for most records; they are fetched in large batches.
  private static final int FETCH_BYTES_MIN = 512 << 10;

  /// How long a call that needs the current end of the topic may wait for it.
  private static final Duration FETCH_WAIT_MAX = Duration.ofMillis(100);

  private final int partitionCount;
  private final LogOffsets offsets;
  private final Duration catchUpMax;
  private final KafkaStreams streams;
  private final AppliedPositions positions = new AppliedPositions();
  private final OwnWrites own = new OwnWrites(positions);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long count;

  /// @param stateDirectory belongs to this topic alone: another topic has other images
  /// @param catchUpMax how long a call may wait for the directory to catch up
  GalleryDirectory(
      Map<String, Object> kafka,
      Path stateDirectory,
      int partitionCount,
      LogOffsets offsets,
      Duration catchUpMax) {
    this.partitionCount = partitionCount;
    this.offsets = offsets;
    this.catchUpMax = catchUpMax;
    streams =
        new KafkaStreams(
            DirectoryTopology.build(() ->
                new DirectoryProcessor(
                    images -> count = images,
                    (id, record) -> own.applied(id, record.partition(), record.offset()))),
            new StreamsConfig(settings(kafka, stateDirectory)),
            new DirectoryClients(
                (partition, offset) -> positions.advance(partition.partition(), offset)));
    streams.setUncaughtExceptionHandler(failure -> {
      LOG.error("the gallery directory stopped", failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    streams.setStateListener((state, _) -> {
      if (state == State.ERROR || state == State.NOT_RUNNING) {
        ended.countDown();
      }
    });
  }

  /// Restores the store up to the present end of `[images]`, then keeps following.
  ///
  /// @param progress notified, on other threads, each time that a part of it was restored
  void start(Runnable progress) {
    Map<Integer, Long> ends = ends(allPartitions());
    streams.setGlobalStateRestoreListener(new Restoration(progress));
    streams
        .start(); // Returns when the global store is restored, which is at least up to these ends.
    ends.forEach(positions::advance);
  }

  /// Waits until the directory has stopped by itself.
  ///
  /// @return whether it has
  boolean awaitEnd(Duration max) throws InterruptedException {
    return ended.await(max.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// The entry of an image, as far as this instance knows.
  Optional<GalleryEntry> find(String id) {
    return own.find(id)
        .map(OwnWrites.Written::entry)
        .orElseGet(() -> Optional.ofNullable(store().get(id)).map(GalleryEntry::fromBytes));
  }

  /// Applies every write to the image's partition that was acknowledged to anyone before this call.
  ///
  /// @return false when that took too long: the result of [#find] may be outdated
  boolean catchUp(String id) {
    return catchUp(List.of(partitionOf(id)));
  }

  /// Whether everything that the topic has now is applied.
  boolean isCaughtUp() {
    return catchUp(allPartitions());
  }

  /// Notes a write that Kafka has acknowledged.
  ///
  /// @param entry empty when the image was removed
  void noteWritten(String id, int partition, long offset, Optional<GalleryEntry> entry) {
    own.note(id, partition, offset, entry);
  }

  /// Own writes still on their way back.
  int writtenCount() {
    return own.count();
  }

  /// How many images the gallery holds now; exact.
  ///
  /// @throws UnavailableException when the directory can't catch up
  long count() {
    requireAllCaughtUp();
    return count;
  }

  /// Shows every image whose id starts with a prefix; complete.
  ///
  /// @throws UnavailableException when the directory can't catch up
  void forEach(String prefix, BiConsumer<String, GalleryEntry> visitor) {
    requireAllCaughtUp();
    try (KeyValueIterator<String, byte[]> entries =
        store().prefixScan(prefix, new StringSerializer())) {
      entries.forEachRemaining(
          entry -> visitor.accept(entry.key, GalleryEntry.fromBytes(entry.value)));
    }
  }

  /// Where the record of an id goes, in agreement with Kafka's default partitioner.
  int partitionOf(String id) {
    return Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8))) % partitionCount;
  }

  @Override
  public void close() {
    streams.close(CLOSE_TIMEOUT);
  }

  private void requireAllCaughtUp() {
    if (!catchUp(allPartitions())) {
      throw new UnavailableException("the gallery directory is behind Kafka");
    }
  }

  private boolean catchUp(Collection<Integer> partitions) {
    try {
      return positions.await(ends(partitions), catchUpMax);
    } catch (InterruptedException e) {
      throw UnavailableException.stopping(e);
    }
  }

  /// The current ends of partitions of `images`. Every write acknowledged before the call, by any
  /// instance, is before these ends.
  private Map<Integer, Long> ends(Collection<Integer> partitions) {
    List<TopicPartition> asked =
        partitions.stream()
            .map(partition -> new TopicPartition(Topics.IMAGES.name(), partition))
            .toList();
    try {
      Map<Integer, Long> ends = new HashMap<>();
      offsets.ends(asked).forEach((partition, end) -> ends.put(partition.partition(), end));
      return ends;
    } catch (InterruptException e) {
      throw new UnavailableException("interrupted while asking Kafka for the end of [images]", e);
    } catch (KafkaException e) {
      throw new UnavailableException("Kafka does not report the end of [images]", e);
    }
  }

  private ReadOnlyKeyValueStore<String, byte[]> store() {
    try {
      return streams.store(
          StoreQueryParameters.fromNameAndType(
              DirectoryTopology.STORE, QueryableStoreTypes.keyValueStore()));
    } catch (IllegalStateException | InvalidStateStoreException e) {
      throw new UnavailableException("the gallery directory is not running", e);
    }
  }

  private List<Integer> allPartitions() {
    return IntStream.range(0, partitionCount).boxed().toList();
  }

  private static Map<String, Object> settings(Map<String, Object> kafka, Path stateDirectory) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "ingest-directory");
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, "ingest-directory");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
    settings.put(
        StreamsConfig.globalConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), FETCH_BYTES_MIN);
    settings.put(
        StreamsConfig.globalConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
        Math.toIntExact(FETCH_WAIT_MAX.toMillis()));
    return settings;
  }

  private record Restoration(Runnable progress) implements StateRestoreListener {
    @Override
    public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
      progress.run();
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long end, long restored) {
      progress.run();
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long restored) {
      progress.run();
    }
  }
}
