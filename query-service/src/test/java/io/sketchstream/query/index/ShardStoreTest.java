package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.ShardReply;
import io.sketchstream.score.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a shard finds, shows and refuses.
final class ShardStoreTest extends ShardStoreFixture {
  @Test
  void findsPutImagesAndNoRemovedOnes() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "b", axis(1));
    remove(store, 2, "a");
    assertTrue(visible(store, 2));
    assertEquals(List.of("b"), ids(search(store, axis(0), 10)));
  }

  @Test
  void replacesAnImageThatIsPutAgain() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "a", axis(1));
    assertTrue(visible(store, 1));
    List<Hit> hits = search(store, axis(1), 10);
    assertEquals(List.of("a"), ids(hits));
    assertEquals(1f, hits.getFirst().getScore(), 1e-6f);
    assertEquals("image a", hits.getFirst().getAttributes().getTitle());
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
  void scoresOppositeAndOrthogonalVectorsAsCosines() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "same", axis(0));
    put(store, 1, "orthogonal", axis(1));
    float[] opposite = axis(0);
    opposite[0] = -1;
    put(store, 2, "opposite", opposite);
    assertTrue(visible(store, 2));
    assertEquals(
        List.of(1f, 0f, -1f), search(store, axis(0), 3).stream().map(Hit::getScore).toList());
  }

  @Test
  void subtractsTheHubness() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "hub", axis(0), .7f);
    put(store, 1, "other", nearAxis(0, 3), .1f);
    put(store, 2, "impossible", axis(0), -3);
    assertTrue(visible(store, 2));
    List<Hit> hits = search(store, axis(0), 10);
    assertEquals(List.of("other", "hub"), ids(hits));
    assertEquals(.3f, hits.getLast().getScore(), 1e-6f);
    // Between images it does not count.
    float[] image = Arrays.copyOf(axis(0), DIMENSION + 1);
    KnnQuery similar = KnnQueries.nearest(image, 10);
    List<Hit> alike = ask(store, similar).getNearest().getByVectorList();
    assertEquals(List.of("hub", "other"), ids(alike));
    assertEquals(1f, alike.getFirst().getScore(), 1e-6f);
  }

  @Test
  void returnsTheVectorsOfTheFirstHits() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0), .5f);
    put(store, 1, "b", axis(1), .5f);
    assertTrue(visible(store, 1));
    KnnQuery asked =
        new KnnQuery(
            NearestAsked.newBuilder().setK(2).setVectors(1).build(),
            Score.searchVector(axis(1)),
            Optional.empty(),
            Optional.empty());
    NearestFound found = ask(store, asked).getNearest();
    assertEquals(List.of("b", "a"), ids(found.getByVectorList()));
    assertEquals(1, found.getVectorsCount());
    assertArrayEquals(axis(1), PackedVector.unpack(found.getVectors(0)));
  }

  /// One placeholder many times: each search shows the lowest ids, each page those that follow.
  @Test
  void pagesThroughIdenticalImages() throws Exception {
    ShardStore store = open(directory);
    int same = 1_500;
    for (int i = 0; i < same; i++) {
      int number = (i * 7) % same;
      put(store, i, "same-%04d".formatted(number), axis(0));
      if (i % 400 == 399) {
        store.commit(Map.of(CHANGELOG, (long) i));
      }
    }
    put(store, same, "best", nearAxis(0, 0));
    put(store, same + 1, "worst", nearAxis(0, 3));
    remove(store, same + 2, "same-0003");
    assertTrue(visible(store, same + 2));
    float[] query = nearAxis(0, 1);
    List<String> all = new ArrayList<>();
    Optional<Hit> last = Optional.empty();
    while (all.size() < same + 1) {
      List<Hit> page = page(store, query, 100, all.size(), last);
      assertFalse(page.isEmpty(), "after " + all.size());
      all.addAll(ids(page));
      last = Optional.of(page.getLast());
    }
    List<String> expected = new ArrayList<>();
    IntStream.range(0, same)
        .filter(i -> i != 3)
        .forEach(i -> expected.add("same-%04d".formatted(i)));
    expected.add("best");
    expected.add("worst");
    expected.sort(
        java.util.Comparator.comparingDouble((String id) -> -score(id, query))
            .thenComparing(java.util.Comparator.naturalOrder()));
    assertEquals(expected, all);
  }

  private static float score(String id, float[] query) {
    return switch (id) {
      case "best" -> Vectors.dot(nearAxis(0, 0), query);
      case "worst" -> Vectors.dot(nearAxis(0, 3), query);
      default -> Vectors.dot(axis(0), query);
    };
  }

  private static float[] nearAxis(int i, int by) {
    float[] vector = axis(i);
    vector[DIMENSION - 1] = .5f * by - .4f;
    return Vectors.normalise(vector);
  }

  private static List<Hit> page(
      ShardStore store, float[] query, int k, int rank, Optional<Hit> last) {
    NearestAsked.Builder asked = NearestAsked.newBuilder().setK(k);
    last.ifPresent(hit ->
        asked.setAfter(
            SearchCursor.newBuilder()
                .setRank(rank)
                .setScore(hit.getScore())
                .setImageId(hit.getImageId())));
    KnnQuery knn =
        new KnnQuery(asked.build(), Score.searchVector(query), Optional.empty(), Optional.empty());
    return ask(store, knn).getNearest().getByVectorList();
  }

  @Test
  void refusesInvalidEmbeddingsAndContinues() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(0));
    put(store, 1, "b", axis(1));
    apply(store, 2, "a", new byte[] {9, 9, 9});
    put(store, 3, "short", new float[] {1, 0});
    put(store, 4, "long", new float[DIMENSION]);
    apply(store, 5, "other", Vectors.event("c", axis(0)).toByteArray());
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
  void readsTheVectorOfAnImage() throws Exception {
    ShardStore store = open(directory);
    put(store, 0, "a", axis(3));
    assertTrue(visible(store, 0));
    ShardReply found = ask(store, new VectorOf("a"));
    assertEquals(1f, PackedVector.unpack(found.getVector().getVector())[3]);
    assertTrue(ask(store, new VectorOf("b")).getVector().getVector().isEmpty());
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
  void showsWritesRarelyWhileItIsFilled() throws Exception {
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
}
