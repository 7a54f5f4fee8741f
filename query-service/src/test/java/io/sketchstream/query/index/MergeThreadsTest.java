package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class MergeThreadsTest {
  private static final int NICE_FIELD = 19;

  @Test
  void lowerTheirPriorityOnlyWhileTheShardIsFilled() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/thread-self")), "there is no /proc here");
    int usual = niceness();
    AtomicBoolean filling = new AtomicBoolean(true);
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    MergeThreads threads =
        new MergeThreads(filling::get, ShardObserver.NONE) {
          @Override
          protected void doMerge(MergeSource source, OneMerge merge) throws IOException {
            super.doMerge(source, merge);
            seen.add(niceness());
          }
        };
    List<Set<Integer>> niceness = new ArrayList<>();
    try (IndexWriter writer =
        new IndexWriter(
            new ByteBuffersDirectory(), new IndexWriterConfig().setMergeScheduler(threads))) {
      for (boolean fills : new boolean[] {true, false}) {
        filling.set(fills);
        for (int i = 0; i < 3; i++) {
          writer.addDocument(new Document());
          writer.commit();
        }
        writer.forceMerge(1);
        threads.sync();
        niceness.add(Set.copyOf(seen));
        seen.clear();
      }
    }
    assertEquals(List.of(Set.of(Math.max(usual, 10)), Set.of(usual)), niceness);
  }

  private static int niceness() throws IOException {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    // The name in parentheses may hold blanks; the niceness is the 19th field, the 3rd follows it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(fields[NICE_FIELD - 3]);
  }
}
