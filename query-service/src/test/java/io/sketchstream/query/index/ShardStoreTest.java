package io.sketchstream.query.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageEmbedded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardStoreTest {
  private static final Generation GENERATION = new Generation("g1");
  private static final TopicPartition CHANGELOG = new TopicPartition("image-embeddings-g1", 0);
  private static final long SEED = Long.getLong("tests.seed", 42L);
  private static final int DIMENSION = 24;

  @TempDir Path directory;
  private final Refresher refresher = Refresher.start();
  private final List<ShardStore> opened = new ArrayList<>();
  private final Map<ShardStore, RecordBatchingStateRestoreCallback> restores = new HashMap<>();

  @AfterEach
  void close() {
    opened.forEach(ShardStore::close);
    refresher.close();
  }

  @Test
  void findsWhatWasPutAndNotWhatWasRemoved() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "b", axis(1));
    remove(store, 2, "a");
    assertTrue(visible(store, 2));
    assertEquals(List.of("b"), ids(search(store, axis(0), 10)));
  }

  @Test
  void replacesAnImageThatCameAgain() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "a", axis(1));
    assertTrue(visible(store, 1));
    List<ShardHit> hits = search(store, axis(1), 10);
    assertEquals(List.of("a"), ids(hits));
    assertEquals(1f, hits.getFirst().score(), 1e-6f);
    assertEquals("image a", hits.getFirst().attributes().getTitle());
  }

  @Test
  void ordersEqualScoresByIdAndKeepsTheLowestOfThem() throws Exception {
    ShardStore store = open(directory);
    for (int i = 9; i >= 0; i--) {
      put(store, 9 - i, "same-" + i, axis(0));
    }
    assertTrue(visible(store, 9));
    assertEquals(List.of("same-0", "same-1", "same-2"), ids(search(store, axis(0), 3)));
  }

  @Test
  void scoresOppositeAndOrthogonalAsCosines() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "same", axis(0));
    put(store, 1, "orthogonal", axis(1));
    float[] opposite = axis(0);
    opposite[0] = -1;
    put(store, 2, "opposite", opposite);
    assertTrue(visible(store, 2));
    assertEquals(
        List.of(1f, 0f, -1f), search(store, axis(0), 3).stream().map(ShardHit::score).toList());
  }

  @Test
  void keepsWhatWasCommittedAndItsPositions() throws Exception {
    ShardStore store = open(directory);
    assertNull(store.committedOffset(CHANGELOG));
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    put(store, 1, "b", axis(1));
    store.close();

    ShardStore again = open(directory);
    assertEquals(1L, again.committedOffset(CHANGELOG));
    assertTrue(again.awaitVisible(0, 0), "committed images are visible at once");
    assertFalse(again.awaitVisible(1, 1_000_000));
    assertEquals(List.of("a"), ids(search(again, axis(0), 10)));
  }

  @Test
  void replaysOnlyTheTailAfterACrash() throws Exception {
    ShardStore store = open(directory);
    for (int i = 0; i < 200; i++) {
      put(store, i, "i" + i, random(i));
    }
    store.commit(Map.of(CHANGELOG, 199L));
    put(store, 200, "late", random(200));
    Path crashed = copy(directory, directory.resolveSibling(directory.getFileName() + "-crash"));

    ShardStore again = open(crashed);
    assertEquals(199L, again.committedOffset(CHANGELOG));
    put(again, 199, "i199", random(199));
    put(again, 200, "late", random(200));
    assertTrue(visible(again, 200));
    assertEquals(201, again.status().orElseThrow().documents());
  }

  @Test
  void startsEmptyWhereItsFilesAreDamaged() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("segments_")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    ShardStore again = open(directory);
    assertNull(again.committedOffset(CHANGELOG), "everything is to be restored");
    assertEquals(0, again.status().orElseThrow().documents());
  }

  @Test
  void skipsACommitThatChangesNothing() {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    Instant first = store.status().orElseThrow().lastCommit();
    store.commit(Map.of(CHANGELOG, 1L));
    assertEquals(first, store.status().orElseThrow().lastCommit());
  }

  @Test
  void forgetsOffsetsAsKafkaStreamsAsks() {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    store.commit(Map.of(CHANGELOG, 1L));
    Map<TopicPartition, Long> forget = new HashMap<>();
    forget.put(CHANGELOG, null);
    store.commit(forget);
    assertNull(store.committedOffset(CHANGELOG));
  }

  @Test
  void refusesWhatIsNoEmbeddingAndGoesOn() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "b", axis(1));
    store.apply("a".getBytes(UTF_8), new byte[] {9, 9, 9}, headers(2), 2);
    put(store, 3, "short", new float[] {1, 0});
    put(store, 4, "long", new float[DIMENSION]);
    store.apply("other".getBytes(UTF_8), Vectors.event("c", axis(0)).toByteArray(), headers(5), 5);
    assertTrue(visible(store, 5));
    assertEquals(List.of("b"), ids(search(store, axis(0), 10)));
  }

  @Test
  void acceptsTwoThousandDimensions() throws Exception {
    ShardStore store = open(directory);
    float[] wide = new float[2048];
    wide[2047] = 1;
    put(store, 0, "wide", wide);
    store.commit(Map.of(CHANGELOG, 1L));
    store.close();
    ShardStore again = open(directory);
    assertEquals(List.of("wide"), ids(search(again, wide, 1)));
  }

  @Test
  void restoresWhatItWouldHaveProcessed() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    ShardStore processed = open(directory.resolve("processed"));
    ShardStore restored = open(directory.resolve("restored"));
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    for (int offset = 0; offset < 600; offset++) {
      String id = "i" + random.nextInt(200);
      byte[] value =
          random.nextInt(4) == 0 ? null : Vectors.event(id, random(random.nextInt())).toByteArray();
      processed.apply(id.getBytes(UTF_8), value, headers(offset), offset);
      batch.add(record(offset, id, value));
    }
    restores.get(restored).restoreBatch(batch);
    assertTrue(visible(processed, 599) && visible(restored, 599));
    assertEquals(
        processed.status().orElseThrow().documents(), restored.status().orElseThrow().documents());
    for (int i = 0; i < 20; i++) {
      float[] query = random(random.nextInt());
      assertEquals(search(processed, query, 200), search(restored, query, 200), "seed " + SEED);
    }
  }

  @Test
  void readsTheVectorOfAnImage() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(3));
    assertTrue(visible(store, 0));
    Optional<float[]> found = ask(store, new VectorOf("a"));
    assertEquals(1f, found.orElseThrow()[3]);
    assertTrue(ask(store, new VectorOf("b")).isEmpty());
  }

  @Test
  void showsEachWriteSoon() throws Exception {
    ShardStore store = open(directory);
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long start = System.nanoTime();
      put(store, i, "i" + i, random(i));
      assertTrue(visible(store, i));
      nanos.add(System.nanoTime() - start);
    }
    nanos.sort(null);
    long median = nanos.get(30);
    // On an idle machine 3 to 25 ms; a build machine may be busy.
    assertTrue(median < 1_000_000_000, "median " + median / 1000 + " us");
    System.out.printf(
        "visible after %.1f ms at the median, %.1f ms at most%n",
        median / 1e6, nanos.getLast() / 1e6);
  }

  @Test
  void showsWritesSeldomWhileItIsFilled() throws Exception {
    AtomicInteger refreshes = new AtomicInteger();
    AtomicInteger usualRefreshes = new AtomicInteger();
    AtomicBoolean filling = new AtomicBoolean(true);
    ShardStore store = open(directory.resolve("filling"), counting(refreshes), filling::get);
    ShardStore usual = open(directory.resolve("usual"), counting(usualRefreshes), () -> false);
    int offset = 0;
    while (usualRefreshes.get() < 40) {
      put(store, offset, "i" + offset, random(offset));
      put(usual, offset, "i" + offset, random(offset));
      offset++;
    }
    assertTrue(
        refreshes.get() * 4 <= usualRefreshes.get(),
        refreshes + " refreshes, " + usualRefreshes + " usually");

    store.commit(Map.of(CHANGELOG, (long) offset));
    awaitSeen(store, offset - 1);
    filling.set(false);
    put(store, offset, "last", random(offset));
    awaitSeen(store, offset);
  }

  private static ShardObserver counting(AtomicInteger refreshes) {
    return new ShardObserver() {
      @Override
      public void refreshed(long nanos) {
        refreshes.incrementAndGet();
      }
    };
  }

  /// Waits for searches to see a write, without asking for it.
  private static void awaitSeen(ShardStore store, long imagesOffset) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (store.status().orElseThrow().imagesOffset() < imagesOffset) {
      assertTrue(System.nanoTime() < deadline, () -> "not seen: " + store.status());
      Thread.onSpinWait();
    }
  }

  private ShardStore open(Path stateDirectory) {
    return open(stateDirectory, ShardObserver.NONE, () -> false);
  }

  private ShardStore open(Path stateDirectory, ShardObserver observer, BooleanSupplier filling) {
    ShardStore store =
        new ShardStore(
            IndexTopology.SHARD,
            GENERATION,
            new ShardSettings(
                IndexOptions.defaults(),
                refresher,
                new OpenShards(),
                observer,
                _ -> filling.getAsBoolean(),
                InstantSource.system()));
    MockProcessorContext<Void, Void> mock =
        new MockProcessorContext<>(new Properties(), new TaskId(0, 0), stateDirectory.toFile());
    store.init(new Registering(mock.getStateStoreContext(), store).context(), store);
    opened.add(store);
    return store;
  }

  /// Catches the restore callback that a store registers.
  private final class Registering {
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

  private static void put(ShardStore store, long offset, String id, float[] vector) {
    ImageEmbedded event = Vectors.event(id, vector);
    store.apply(id.getBytes(UTF_8), event.toByteArray(), headers(offset), offset);
  }

  private static void remove(ShardStore store, long offset, String id) {
    store.apply(id.getBytes(UTF_8), null, headers(offset), offset);
  }

  private static Headers headers(long imagesOffset) {
    Headers headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset);
    return headers;
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, String id, byte[] value) {
    return new ConsumerRecord<>(
        CHANGELOG.topic(),
        CHANGELOG.partition(),
        offset,
        0L,
        TimestampType.CREATE_TIME,
        0,
        0,
        id.getBytes(UTF_8),
        value,
        headers(offset),
        Optional.empty());
  }

  private static boolean visible(ShardStore store, long imagesOffset) throws Exception {
    return store.awaitVisible(imagesOffset, Duration.ofSeconds(10).toNanos());
  }

  private static List<ShardHit> search(ShardStore store, float[] query, int k) {
    return ask(store, new KnnQuery(query, k, Optional.empty(), Optional.empty())).byVector();
  }

  private static <R> R ask(ShardStore store, org.apache.kafka.streams.query.Query<R> query) {
    return store.query(query, PositionBound.unbounded(), new QueryConfig(false)).getResult();
  }

  private static List<String> ids(List<ShardHit> hits) {
    return hits.stream().map(ShardHit::imageId).toList();
  }

  private static float[] axis(int i) {
    float[] vector = new float[DIMENSION];
    vector[i] = 1;
    return vector;
  }

  private static float[] random(int seed) {
    return Vectors.clustered(new SplittableRandom(seed), DIMENSION, 8);
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          try {
            Files.copy(file, target);
          } catch (NoSuchFileException e) { // Lucene's temporary files come and go meanwhile.
            if (file.getFileName().toString().startsWith("segments")) {
              throw e;
            }
          }
        }
      }
    }
    return to;
  }
}
