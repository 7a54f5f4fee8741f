package io.sketchstream.query.index;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.lucene.store.AlreadyClosedException;
import org.jboss.logging.Logger;

/// One shard of the index: a Kafka Streams state store whose changelog is a partition of
/// `image-embeddings-g` and whose files are Lucene's.
///
/// A record comes through the processor, or, when a shard is rebuilt or stands by, through the
/// restore callback; both end in [#apply]. The offsets of the changelog, and how far in `images`
/// the shard is, live in Lucene's commit (KIP-1035): what was not committed is replayed, and
/// replaying changes nothing.
///
/// **Threads:** Kafka Streams' writes and commits, the refresher refreshes, any number search or
/// wait. **Owns:** the Lucene index, from [#init] to [#close].
public final class ShardStore implements StateStore {
  private static final Logger LOG = Logger.getLogger(ShardStore.class);

  private final String name;
  private final Generation generation;
  private final ShardSettings settings;

  private volatile boolean open;
  private volatile boolean answering;
  private ImageIndex index;
  private TopicPartition changelog;
  private EmbeddingReader embeddings;
  private ShardView view;
  private ShardCommit committed;
  private long recordsSinceCommit;
  private volatile Instant lastCommit = Instant.EPOCH;
  private volatile long appliedOffset;
  private volatile long appliedImagesOffset;

  ShardStore(String name, Generation generation, ShardSettings settings) {
    this.name = name;
    this.generation = generation;
    this.settings = settings;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    int partition = context.taskId().partition();
    BooleanSupplier filling = () -> settings.filling().test(generation);
    Path directory = context.stateDir().toPath().resolve(name);
    try {
      index = ImageIndex.open(directory, settings.options(), filling);
    } catch (IOException e) {
      throw new UncheckedIOException("the index in " + directory + " can't be opened", e);
    }
    changelog = new TopicPartition(IndexTopology.topic(generation), partition);
    committed = ShardCommit.parse(index.committedState());
    embeddings = new EmbeddingReader(committed.dimension());
    appliedOffset = committed.offsets().getOrDefault(changelog, -1L);
    appliedImagesOffset = committed.imagesOffset();
    view = new ShardView(index, committed.imagesOffset(), settings, filling);
    answering = false;
    open = true;
    settings.shards().add(this);
    RecordBatchingStateRestoreCallback restore = records -> records.forEach(this::restore);
    context.register(root, restore);
  }

  /// Applies one record of the embeddings topic, however it came here. Null, or a record that is no
  /// embedding of this generation, removes what was there: its image has no vector now.
  void apply(byte[] key, byte[] value, Headers headers, long offset) {
    try {
      embeddings
          .read(key, value)
          .ifPresentOrElse(embedded -> put(embedded), () -> remove(EmbeddingReader.imageId(key)));
    } catch (RefusedEmbeddingException e) {
      LOG.warnf("%s at offset %d is left out: %s", changelog, offset, e.getMessage());
      settings.observer().refused();
      remove(EmbeddingReader.imageId(key));
    }
    appliedOffset = offset;
    EventHeaders.imagesOffset(headers)
        .ifPresent(images -> appliedImagesOffset = Math.max(appliedImagesOffset, images));
    recordsSinceCommit++;
    view.applied(appliedImagesOffset);
  }

  private void put(EmbeddingReader.Embedded embedded) {
    try {
      index.put(embedded.image().getImageId(), embedded.vector(), embedded.image());
      if (embedded.image().hasIngestedAt()) {
        view.put(embedded.image().getIngestedAt());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void remove(String imageId) {
    try {
      index.remove(imageId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void restore(ConsumerRecord<byte[], byte[]> record) {
    apply(record.key(), record.value(), record.headers(), record.offset());
  }

  ShardObserver observer() {
    return settings.observer();
  }

  /// Whether so much was applied that a commit is due before its time.
  boolean commitDue() {
    return recordsSinceCommit >= settings.options().commitRecordsMax();
  }

  /// Makes the shard durable together with the offsets it has reached. Kafka Streams calls this on
  /// every commit of a task, also when nothing came in between.
  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    ShardCommit next =
        new ShardCommit(
            committed.with(changelogOffsets), appliedImagesOffset, embeddings.dimension());
    if (recordsSinceCommit == 0 && next.equals(committed) && !index.hasUncommittedChanges()) {
      return;
    }
    long start = System.nanoTime();
    try {
      index.commit(next.format());
    } catch (IOException e) {
      throw new UncheckedIOException("shard " + changelog + " can't be made durable", e);
    }
    committed = next;
    recordsSinceCommit = 0;
    lastCommit = settings.clock().instant();
    view.committed();
    settings.observer().committed(System.nanoTime() - start);
  }

  @Override
  public Long committedOffset(TopicPartition partition) {
    return committed.offsets().get(partition);
  }

  @Override
  public boolean managesOffsets() {
    return true;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public Position getPosition() {
    return appliedOffset < 0
        ? Position.emptyPosition()
        : Position.emptyPosition()
            .withComponent(changelog.topic(), changelog.partition(), appliedOffset);
  }

  @Override
  public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
    if (!bound.isUnbounded() && !reached(bound)) {
      return QueryResult.notUpToBound(getPosition(), bound, changelog.partition());
    }
    Position position = getPosition();
    try {
      @SuppressWarnings("unchecked") // Each query's type parameter is the type of its answer.
      QueryResult<R> result =
          switch (query) {
            case KnnQuery knn -> (QueryResult<R>) QueryResult.forResult(index.search(knn));
            case VectorOf(String imageId) ->
                (QueryResult<R>) QueryResult.forResult(index.vectorOf(imageId));
            default -> QueryResult.forUnknownQueryType(query, this);
          };
      result.setPosition(position);
      return result;
    } catch (AlreadyClosedException e) {
      return QueryResult.forFailure(FailureReason.NOT_PRESENT, "the shard was closed meanwhile");
    } catch (IOException e) {
      return QueryResult.forFailure(FailureReason.STORE_EXCEPTION, e.toString());
    }
  }

  private boolean reached(PositionBound bound) {
    return bound
            .position()
            .getPartitionPositions(changelog.topic())
            .getOrDefault(changelog.partition(), -1L)
        <= appliedOffset;
  }

  /// Waits until searches see `images` up to an offset.
  ///
  /// @return whether they do; false when the time is over or the shard was closed
  public boolean awaitVisible(long imagesOffset, long timeoutNanos) throws InterruptedException {
    return view.await(imagesOffset, timeoutNanos);
  }

  /// Says that this copy was restored to its end: it answers from now on, also while another takes
  /// its place as the active one.
  void restored() {
    try {
      view.refreshNow();
    } catch (IOException e) {
      throw new UncheckedIOException("shard " + changelog + " can't be read", e);
    }
    answering = true;
  }

  /// Says how far the active copy had committed at some moment after this one was opened. A copy
  /// that has come as far answers from then on, with all of that visible.
  void activeCommitted(long nextOffset) {
    if (appliedOffset + 1 >= nextOffset) {
      try {
        restored();
      } catch (AlreadyClosedException | UncheckedIOException e) {
        LOG.debugf(e, "%s stays silent", index);
      }
    }
  }

  /// Whether it has all that can be expected of it. A copy that is still being filled would answer
  /// with less than there is, and nobody would know.
  public boolean answering() {
    return open && answering;
  }

  /// Which partition of `images` this shard holds.
  public int partition() {
    return changelog.partition();
  }

  public Generation generation() {
    return generation;
  }

  /// How the shard is; empty when it was closed meanwhile.
  public Optional<ShardStatus> status() {
    try {
      ImageIndex.Size size = index.size();
      return Optional.of(
          new ShardStatus(
              generation.id(),
              changelog.partition(),
              size.documents(),
              size.deleted(),
              size.segments(),
              appliedOffset,
              view.imagesOffset(),
              lastCommit));
    } catch (AlreadyClosedException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Closes without a commit: what was not committed is replayed.
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    settings.shards().remove(this);
    view.close();
    try {
      index.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
