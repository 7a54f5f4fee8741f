package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

/// Candidates of several segments that nobody merges. `-Dtests.seed=` repeats a run.
final class CandidatesTest {
  private static final int DIMENSION = 32;
  private static final int K = 50;

  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<float[]> vectors = new ArrayList<>();

  @Test
  void findsTheNearestInManySegments() throws IOException {
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
        IndexWriter writer = writer(directory)) {
      for (int count : new int[] {4_000, 1_500, 700, 90, 1}) {
        add(writer, IntStream.range(0, count).mapToObj(_ -> any()).toList());
      }
      int found = 0;
      for (int round = 0; round < 40; round++) {
        float[] query = any();
        found += common(search(writer, query, new WalkWidth(160, 1, K)), nearest(query));
      }
      assertTrue(found >= 40 * K * .97, "found " + found + ", seed " + seed);
    }
  }

  /// They are many more than their segment's share of the candidates.
  @Test
  void findsSimilarImagesIngestedTogether() throws IOException {
    float[] query = any();
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
        IndexWriter writer = writer(directory)) {
      add(writer, IntStream.range(0, 3_000).mapToObj(_ -> any()).toList());
      add(writer, IntStream.range(0, 100).mapToObj(_ -> near(query)).toList());
      WalkWidth width = new WalkWidth(160, 1, K);
      assertTrue(width.of(100.0 / 3_100) < K);
      assertEquals(K, common(search(writer, query, width), nearest(query)), "seed " + seed);
    }
  }

  @Test
  void returnsAllImagesWhenMoreAreRequested() throws IOException {
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
        IndexWriter writer = writer(directory)) {
      add(writer, IntStream.range(0, 30).mapToObj(_ -> any()).toList());
      add(writer, IntStream.range(0, 12).mapToObj(_ -> any()).toList());
      assertEquals(42, search(writer, any(), new WalkWidth(160, 1, 100)).size());
    }
  }

  private static IndexWriter writer(ByteBuffersDirectory directory) throws IOException {
    return new IndexWriter(
        directory,
        new IndexWriterConfig()
            .setCodec(new VectorCodec(IndexOptions.defaults()))
            .setMergePolicy(NoMergePolicy.INSTANCE));
  }

  private void add(IndexWriter writer, List<float[]> segment) throws IOException {
    for (float[] vector : segment) {
      String id = Integer.toString(vectors.size());
      writer.addDocument(ImageFields.document(id, vector, Vectors.event(id, vector)));
      vectors.add(vector);
    }
    writer.flush();
  }

  /// Numbers of the best, which are those of documents: nothing is ever removed or merged.
  private static Set<Integer> search(IndexWriter writer, float[] query, WalkWidth width)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      ScoreDoc[] best =
          new Candidates(new IndexSearcher(reader), query, Optional.empty()).best(width);
      Set<Integer> found = new HashSet<>();
      for (int i = 0; i < Math.min(best.length, Math.max(K, width.here())); i++) {
        assertTrue(i == 0 || best[i - 1].score >= best[i].score);
        assertTrue(found.add(best[i].doc));
      }
      return found;
    }
  }

  private List<Integer> nearest(float[] query) {
    return IntStream.range(0, vectors.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Vectors.dot(vectors.get(i), query)))
        .limit(K)
        .toList();
  }

  private static int common(Set<Integer> found, List<Integer> nearest) {
    return (int) nearest.stream().filter(found::contains).count();
  }

  private float[] any() {
    return Vectors.clustered(random, DIMENSION, 40);
  }

  private float[] near(float[] centre) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = centre[i] + .01f * (float) random.nextGaussian();
    }
    return Vectors.normalise(vector);
  }
}
