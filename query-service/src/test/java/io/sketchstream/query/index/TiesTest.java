package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.SearchCursor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One placeholder 50,000 times, beside some other images: pages are exact, and a search looks at
/// few of the placeholders.
final class TiesTest {
  private static final int SAME = 50_000;
  private static final int REMOVED_EACH = 10;
  private static final int PAGE = 100;
  private static final int DIMENSION = 8;

  /// Of a search for one page; an object for each image of the tie takes far more.
  private static final long ALLOCATED_MAX = 1 << 20;

  @TempDir static Path directory;
  private static ImageIndex index;

  @BeforeAll
  static void fill() throws Exception {
    index = ImageIndex.open(directory, IndexOptions.defaults(), () -> false);
    for (int i = 0; i < SAME; i++) {
      int number = (int) (i * 7_919L % SAME); // Not in the order of the ids.
      put(id(number), vector(0), number % 2 == 0 ? "even" : "odd");
      if (i % 20_000 == 0) {
        index.refresh(); // A segment ends.
      }
    }
    put("nearest", vector(-1), "even");
    put("farther", vector(1), "even");
    index.commit(Map.of());
    for (int i = 0; i < SAME; i += REMOVED_EACH) {
      index.remove(id(i));
    }
    index.refresh();
  }

  @AfterAll
  static void close() throws Exception {
    index.close();
  }

  @Test
  void pagesAreExactAsFarAsPagesGo() throws Exception {
    List<String> expected = new ArrayList<>(List.of("nearest"));
    IntStream.range(0, SAME)
        .filter(i -> i % REMOVED_EACH != 0)
        .mapToObj(TiesTest::id)
        .limit(4_000)
        .forEach(expected::add);
    List<String> found = new ArrayList<>();
    Hit last = null;
    while (found.size() < expected.size() - PAGE) {
      List<Hit> page = page(last, found.size(), Optional.empty());
      assertEquals(PAGE, page.size(), "after " + found.size());
      found.addAll(KnnQueries.ids(page));
      last = page.getLast();
    }
    assertEquals(expected.subList(0, found.size()), found);
  }

  @Test
  void deepPagesAreExact() throws Exception {
    int rank = ShardSearch.DEPTH_MAX - PAGE;
    List<String> ids =
        IntStream.range(0, SAME)
            .filter(i -> i % REMOVED_EACH != 0)
            .mapToObj(TiesTest::id)
            .skip(rank - 1)
            .limit(PAGE)
            .toList();
    float score = page(null, 0, Optional.empty()).getLast().getScore();
    Hit before = Hit.newBuilder().setImageId(ids.getFirst()).setScore(score).build();
    assertEquals(
        ids.subList(1, PAGE),
        KnnQueries.ids(page(before, rank, Optional.empty())).subList(0, PAGE - 1));
  }

  @Test
  void aFilterLeavesTheLowestOfThoseThatPass() throws Exception {
    Query odd = new TermQuery(new Term(ImageFields.TAG, ImageFields.tagTerm("odd")));
    List<String> expected =
        IntStream.range(0, SAME)
            .filter(i -> i % 2 == 1)
            .mapToObj(TiesTest::id)
            .limit(PAGE)
            .toList();
    assertEquals(expected, KnnQueries.ids(page(null, 0, Optional.of(odd))));
  }

  @Test
  void aSearchLooksAtFewOfThem() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertEquals(PAGE, page(null, 0, Optional.empty()).size()); // Lucene opens what it needs.
    long before = threads.getCurrentThreadAllocatedBytes();
    assertEquals(PAGE, page(null, 0, Optional.empty()).size());
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    System.out.printf("a page of a tie of %d allocates %,d bytes%n", SAME, allocated);
    assertTrue(allocated < ALLOCATED_MAX, allocated + " bytes");
  }

  private static List<Hit> page(Hit last, int rank, Optional<Query> filter) throws Exception {
    NearestAsked.Builder asked = NearestAsked.newBuilder().setK(PAGE);
    if (last != null) {
      asked.setAfter(
          SearchCursor.newBuilder()
              .setRank(rank)
              .setScore(last.getScore())
              .setImageId(last.getImageId()));
    }
    float[] query = new float[DIMENSION + 1];
    System.arraycopy(vector(-1), 0, query, 0, DIMENSION);
    return index
        .search(new KnnQuery(asked.build(), query, filter, Optional.empty()))
        .getByVectorList();
  }

  private static void put(String id, float[] vector, String tag) throws Exception {
    float[] indexed = new float[DIMENSION + 1];
    System.arraycopy(vector, 0, indexed, 0, DIMENSION);
    index.put(id, indexed, Vectors.event(id, vector, tag));
  }

  private static String id(int number) {
    return "same-%05d".formatted(number);
  }

  private static float[] vector(int turn) {
    float[] vector = new float[DIMENSION];
    vector[0] = 1;
    vector[1] = .1f * turn;
    return Vectors.normalise(vector);
  }
}
