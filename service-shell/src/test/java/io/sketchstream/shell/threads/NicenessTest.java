package io.sketchstream.shell.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class NicenessTest {
  private static final int NICE_FIELD = 19;
  private static final int POLICY_FIELD = 41;
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_IDLE = 5;

  @Test
  void setsTheNicenessOfOneThread() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/thread-self")), "there is no /proc here");
    int before = niceness();
    try (ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().factory())) {
      int nice =
          thread
              .submit(() -> {
                Niceness.ofThisThread(before + 7);
                return niceness();
              })
              .get();
      assertEquals(before + 7, nice);
    }
    assertEquals(before, niceness());
  }

  @Test
  void selectsTheIdleClassAboveTheHighestNiceness() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/thread-self")), "there is no /proc here");
    try (ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().factory())) {
      int policy =
          thread
              .submit(() -> {
                Niceness.ofThisThread(Niceness.IDLE);
                return policy();
              })
              .get();
      assertEquals(SCHED_IDLE, policy);
    }
    assertEquals(SCHED_OTHER, policy());
  }

  private static int policy() throws Exception {
    return field(Path.of("/proc/thread-self"), POLICY_FIELD);
  }

  @Test
  void lowersOnlyTheCompilersThreads() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/thread-self")), "there is no /proc here");
    int before = niceness();
    Niceness.ofOptimisers();
    List<Integer> optimisers = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        if (Niceness.isOptimiser(thread)) {
          optimisers.add(niceness(thread));
        }
      }
    }
    assertFalse(optimisers.isEmpty());
    assertEquals(Set.of(10), Set.copyOf(optimisers));
    assertEquals(before, niceness());
  }

  private static int niceness() throws Exception {
    return niceness(Path.of("/proc/thread-self"));
  }

  private static int niceness(Path thread) throws Exception {
    return field(thread, NICE_FIELD);
  }

  /// As proc(5) counts them, from 1. The name in parentheses, the second, may hold blanks.
  private static int field(Path thread, int number) throws Exception {
    String stat = Files.readString(thread.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(fields[number - 3]);
  }
}
