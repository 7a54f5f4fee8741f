package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
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
/// A record arrives through the processor, or through the restore callback while a shard is
/// restored or is a standby; both end in [#apply]. The offsets of the changelog, and how far in
/// `images` the shard is, live in Lucene's commit (KIP-1035): what was not committed is replayed,
/// and replaying changes nothing.
///
/// **Threads:** Kafka Streams' writes and commits, the refresher refreshes, any number search or
/// wait. **Owns:** the Lucene index, from [#init] to [#close].
public final class ShardStore implements StateStore, CommitHook, WatchedShard {
  private static final Logger LOG = Logger.getLogger(ShardStore.class);

  private final String name;
  private final EmbeddingsTopic topic;
  private final ShardSettings settings;
  private final Set<ShardStore> openShards;

  private volatile boolean open;
  private volatile boolean answering;
  private ImageIndex index;
  private TopicPartition changelog;
  private ShardWriter writer;
  private ShardFreshness freshness;
  private ShardView view;
  private ShardAnswers answers;
  private Arrivals arrivals = Arrivals.NONE;

  /// @param openShards has this shard while it is open
  ShardStore(
      String name, EmbeddingsTopic topic, ShardSettings settings, Set<ShardStore> openShards) {
    this.name = name;
    this.topic = topic;
    this.settings = settings;
    this.openShards = openShards;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    BooleanSupplier filling = () -> settings.filling().test(topic.generation());
    Path directory = context.stateDir().toPath().resolve(name);
    changelog = new TopicPartition(topic.name(), context.taskId().partition());
    try {
      MergeThreads threads = new MergeThreads(filling, settings.observer());
      index = ImageIndex.open(directory, settings.options(), threads, settings.files());
      writer = new ShardWriter(index, changelog, topic.id(), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("the index in " + directory + " can't be opened", e);
    }
    arrivals = settings.arrivals().of(this);
    view = new ShardView(index, writer.appliedImagesOffset(), settings, filling, arrivals);
    answers = new ShardAnswers(index, writer, changelog.partition());
    freshness = new ShardFreshness(changelog, writer);
    answering = false;
    open = true;
    openShards.add(this);
    RecordBatchingStateRestoreCallback restore =
        records -> records.forEach(record -> apply(EmbeddingRecord.of(record)));
    context.register(root, restore);
  }

  /// Applies one record of the embeddings topic while the shard is restored or is a standby.
  void apply(EmbeddingRecord record) {
    writer.apply(record, view, Arrivals.NONE);
  }

  /// Applies one new record.
  void process(EmbeddingRecord record) {
    writer.apply(record, view, arrivals);
  }

  /// Who listens to this shard.
  Arrivals arrivals() {
    return arrivals;
  }

  @Override
  public ShardReader reader() {
    return new ShardReader(index);
  }

  @Override
  public void refreshNow() {
    view.refreshNow();
  }

  @Override
  public void flushCache() {
    arrivals.beforeCommit();
  }

  ShardObserver observer() {
    return settings.observer();
  }

  /// Whether enough records were applied that an early commit is due.
  boolean commitDue() {
    return writer.commitDue();
  }

  /// Makes the shard durable with its offsets. Kafka Streams calls this on every commit of a task.
  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    if (writer.commit(changelogOffsets)) {
      view.committed();
    }
  }

  @Override
  public Long committedOffset(TopicPartition partition) {
    return writer.committedOffset(partition);
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
    return writer.position();
  }

  @Override
  public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
    return answers.answer(query, bound);
  }

  /// Waits until searches see `images` up to an offset.
  ///
  /// @return whether they do; false at the timeout or when the shard was closed
  public boolean awaitVisible(long imagesOffset, long timeoutNanos) throws InterruptedException {
    return view.await(imagesOffset, timeoutNanos);
  }

  /// Identifies the last retreat: the shard received records again that it had applied before, as
  /// after a crash of embed, or it was reopened. Each retreat has a different number, also among
  /// copies. A search that spans a retreat may see images that were changed or removed since.
  public long lastRetreat() {
    return view.lastRetreat();
  }

  /// This copy is fully restored: it answers from now on, even while another copy takes over as the
  /// active one.
  void restored() {
    refreshNow();
    answering = true;
  }

  /// Reports how far the active copy had committed at some moment after this one was opened. Once
  /// this copy has reached that offset, it answers, with everything up to there visible.
  void activeCommitted(long nextOffset) {
    if (writer.appliedOffset() + 1 >= nextOffset) {
      try {
        restored();
      } catch (AlreadyClosedException | UncheckedIOException e) {
        LOG.debugf(e, "%s does not answer yet", index);
      }
    }
  }

  /// Whether it is up to date enough to answer. A copy that is still being filled would silently
  /// miss images, and a stale one would return removed images.
  public boolean answering() {
    return open && answering && freshness.isFresh();
  }

  /// Offset of the last record that is applied; -1 before the first.
  long appliedOffset() {
    return writer.appliedOffset();
  }

  /// As [ShardFreshness#ended].
  long ended(long end, long millis) {
    if (open) {
      freshness.ended(end, millis);
    }
    return writer.appliedOffset();
  }

  /// As [ShardFreshness#endedBefore].
  void endedBefore(long end) {
    if (open) {
      freshness.endedBefore(end);
    }
  }

  /// As [ShardFreshness#require].
  void requireFresh() {
    freshness.require();
  }

  @Override
  public int partition() {
    return changelog.partition();
  }

  @Override
  public int partitions() {
    return topic.partitions();
  }

  @Override
  public long imagesOffset() {
    return view.imagesOffset();
  }

  /// Dimension of its embeddings; 0 before the first.
  int dimension() {
    return writer.dimension();
  }

  @Override
  public Generation generation() {
    return topic.generation();
  }

  /// The state of the shard; empty when it was closed meanwhile.
  public Optional<ShardStatus> status() {
    try {
      ImageIndex.Size size = index.size();
      return Optional.of(
          new ShardStatus(
              topic.generation().id(),
              changelog.partition(),
              size.documents(),
              size.deleted(),
              size.segments(),
              writer.appliedOffset(),
              view.imagesOffset(),
              writer.lastCommit()));
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
    openShards.remove(this);
    arrivals.stop();
    view.close();
    try {
      index.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
