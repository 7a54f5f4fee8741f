package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a shard looks like after each flush. `-Dtests.seed=` repeats a history.
final class ShardMergePolicyTest {
  private static final int SMALL = 20;
  private static final int SMALL_COUNT_MAX = 9;

  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final ShardMergePolicy merges = new ShardMergePolicy(SMALL);
  private ByteBuffersDirectory directory;
  private IndexWriter writer;
  private int count;

  @BeforeEach
  void open() throws IOException {
    directory = new ByteBuffersDirectory();
    writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig()
                .setMergePolicy(merges)
                .setMergeScheduler(new SerialMergeScheduler()));
  }

  @AfterEach
  void close() throws IOException {
    writer.close();
    directory.close();
  }

  @Test
  void keepsSegmentsFewAndFarApartInSize() throws IOException {
    while (count < 20_000) {
      add(1 + random.nextInt(100));
      List<Integer> sizes = sizes();
      List<Integer> large = sizes.stream().filter(size -> size > SMALL).toList();
      assertTrue(sizes.size() - large.size() <= SMALL_COUNT_MAX, sizes + ", seed " + seed);
      assertBalanced(large, 8);
    }
    assertTrue(sizes().size() <= SMALL_COUNT_MAX + 4, sizes() + ", seed " + seed);
  }

  @Test
  void mergesMoreWhenIdle() throws IOException {
    while (count < 5_000) {
      add(1 + random.nextInt(100));
    }
    merges.rest(true);
    writer.maybeMerge();
    assertBalanced(sizes(), 32);
    assertTrue(sizes().size() <= 3, sizes() + ", seed " + seed);
  }

  @Test
  void mergesOnlySmallSegmentsTogether() throws IOException {
    add(1_000);
    for (int i = 0; i < 5; i++) {
      add(2);
    }
    assertEquals(List.of(1_000, 2, 2, 2, 2, 2), sizes());
  }

  @Test
  void rewritesSegmentsThatAreMostlyDeleted() throws IOException {
    add(1_000);
    remove(0, 240);
    assertEquals(1_000, images());
    remove(240, 270);
    assertEquals(730, images());
    remove(270, 370);
    assertEquals(730, images());
    merges.rest(true);
    writer.maybeMerge();
    assertEquals(630, images());
  }

  private void add(int images) throws IOException {
    for (int i = 0; i < images; i++) {
      Document document = new Document();
      document.add(new StringField("id", Integer.toString(count++), Store.NO));
      writer.addDocument(document);
    }
    flush();
  }

  private void remove(int from, int to) throws IOException {
    for (int id = from; id < to; id++) {
      writer.deleteDocuments(new Term("id", Integer.toString(id)));
    }
    flush();
  }

  private void flush() throws IOException {
    DirectoryReader.open(writer).close();
    writer.maybeMerge();
  }

  /// Images in all segments, the removed ones that are still there included.
  private int images() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      return reader.maxDoc();
    }
  }

  /// Largest first.
  private List<Integer> sizes() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      return reader.leaves().stream()
          .map(leaf -> leaf.reader().numDocs())
          .sorted((a, b) -> b - a)
          .toList();
    }
  }

  private void assertBalanced(List<Integer> sizes, int factor) {
    for (int i = 0; i + 1 < sizes.size(); i++) {
      int rest = IntStream.range(i + 1, sizes.size()).map(sizes::get).sum();
      assertTrue(rest * factor < sizes.get(i), sizes + " at " + i + ", seed " + seed);
    }
  }
}
