package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class BackgroundPoolTest {
  private static final int NICE_FIELD = 19;

  @Test
  void lowersThePriorityOfItsOwnThreadsOnly() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/thread-self")), "there is no /proc here");
    int before = niceness();
    Set<String> threads = ConcurrentHashMap.newKeySet();
    try (ForkJoinPool pool = BackgroundPool.pool("test", 2, 7)) {
      assertEquals(before + 7, pool.submit(BackgroundPoolTest::niceness).get());
      pool.submit(() ->
              IntStream.range(0, 1000)
                  .parallel()
                  .forEach(_ -> threads.add(Thread.currentThread().getName())))
          .get();
    }
    assertTrue(threads.stream().allMatch(name -> name.startsWith("test-")), threads::toString);
    assertEquals(before, niceness());
  }

  private static int niceness() throws Exception {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    // The name in parentheses may hold blanks; the niceness is the 19th field, the 3rd follows it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(fields[NICE_FIELD - 3]);
  }
}
