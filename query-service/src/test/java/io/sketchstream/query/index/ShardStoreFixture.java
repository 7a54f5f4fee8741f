package io.sketchstream.query.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.ShardReply;
import io.sketchstream.shell.worker.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// Opens shard stores as Kafka Streams does, without Kafka.
abstract class ShardStoreFixture {
  static final Generation GENERATION = new Generation("g1");

  static final TopicPartition CHANGELOG = new TopicPartition("image-embeddings-g1", 0);

  static final long SEED = Long.getLong("tests.seed", 42L);

  static final int DIMENSION = 24;

  @TempDir Path directory;

  final Refresher refresher = Refresher.start(new Workers(new SimpleMeterRegistry()));

  String topicId = "first";

  ShardFiles files = ShardFiles.ON_DISK;

  /// How much later it is for the shards than it is.
  volatile Duration later = Duration.ZERO;

  final List<ShardStore> opened = new ArrayList<>();

  final Map<ShardStore, RecordBatchingStateRestoreCallback> restores = new HashMap<>();

  @AfterEach
  void close() {
    opened.forEach(ShardStore::close);
    refresher.close();
  }

  ShardStore open(Path stateDirectory) {
    return open(stateDirectory, ShardObserver.NONE, () -> false);
  }

  ShardStore open(Path stateDirectory, ShardObserver observer, BooleanSupplier filling) {
    ShardStore store =
        new ShardStore(
            IndexTopology.SHARD,
            new EmbeddingsTopic(GENERATION, topicId, 1),
            new ShardSettings(
                    IndexOptions.defaults(),
                    refresher,
                    observer,
                    _ -> filling.getAsBoolean(),
                    () -> Instant.now().plus(later))
                .with(files),
            new HashSet<>());
    MockProcessorContext<Void, Void> mock =
        new MockProcessorContext<>(new Properties(), new TaskId(0, 0), stateDirectory.toFile());
    store.init(new Registering(mock.getStateStoreContext(), store).context(), store);
    opened.add(store);
    return store;
  }

  /// Catches the restore callback that a store registers.
  final class Registering {
    private final StateStoreContext context;
    private final ShardStore store;

    Registering(StateStoreContext context, ShardStore store) {
      this.context = context;
      this.store = store;
    }

    StateStoreContext context() {
      return (StateStoreContext)
          java.lang.reflect.Proxy.newProxyInstance(
              StateStoreContext.class.getClassLoader(),
              new Class<?>[] {StateStoreContext.class},
              (_, method, arguments) -> {
                if (method.getName().equals("register")) {
                  restores.put(store, (RecordBatchingStateRestoreCallback) arguments[1]);
                  return null;
                }
                return method.invoke(context, arguments);
              });
    }
  }

  static void put(ShardStore store, long offset, String id, float[] vector) {
    put(store, offset, id, vector, 0);
  }

  static void put(ShardStore store, long offset, String id, float[] vector, float hubness) {
    ImageEmbedded event = Vectors.event(id, vector).toBuilder().setHubness(hubness).build();
    apply(store, offset, id, event.toByteArray());
  }

  static void remove(ShardStore store, long offset, String id) {
    apply(store, offset, id, null);
  }

  static void apply(ShardStore store, long offset, String id, byte[] value) {
    apply(store, offset, id, value, System.currentTimeMillis());
  }

  static void apply(ShardStore store, long offset, String id, byte[] value, long time) {
    store.apply(new EmbeddingRecord(id.getBytes(UTF_8), value, headers(offset), offset, time));
  }

  static Headers headers(long imagesOffset) {
    Headers headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset);
    return headers;
  }

  static boolean visible(ShardStore store, long imagesOffset) throws Exception {
    return store.awaitVisible(imagesOffset, Duration.ofSeconds(10).toNanos());
  }

  static List<Hit> search(ShardStore store, float[] query, int k) {
    return ask(store, KnnQueries.sketch(query, k)).getNearest().getByVectorList();
  }

  static ShardReply ask(ShardStore store, ShardQuery query) {
    return store.query(query, PositionBound.unbounded(), new QueryConfig(false)).getResult();
  }

  static List<String> ids(List<Hit> hits) {
    return KnnQueries.ids(hits);
  }

  static float[] axis(int i) {
    float[] vector = new float[DIMENSION];
    vector[i] = 1;
    return vector;
  }

  static float[] random(int seed) {
    return Vectors.clustered(new SplittableRandom(seed), DIMENSION, 8);
  }
}
