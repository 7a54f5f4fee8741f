package io.sketchstream.images.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.Patience;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DecoderPoolTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int HANG = -1;

  @TempDir Path directory;
  private final DecoderPool pool = new DecoderPool(2, List.of(Misbehaving.class.getName()));

  /// Does what its file says.
  public static final class Misbehaving implements DecoderTask {
    public Misbehaving() {}

    @Override
    public BufferedImage run(byte[] file, int... parameters) throws RefusedImageException {
      switch (new String(file, US_ASCII).split(" ")[0]) {
        case "crash" -> Runtime.getRuntime().halt(11);
        case "hang" -> {
          while (true) {
            Thread.onSpinWait();
          }
        }
        case "hang-once" -> {
          while (parameters[0] == HANG) {
            Thread.onSpinWait();
          }
        }
        case "occupy" -> {
          while (!Files.exists(Path.of(new String(file, US_ASCII).split(" ")[2]))) {
            LockSupport.parkNanos(1_000_000);
          }
        }
        case "sleep" -> LockSupport.parkNanos(60_000_000_000L);
        case "eat" -> {
          List<byte[]> eaten = new ArrayList<>();
          while (true) {
            eaten.add(new byte[8 << 20]);
          }
        }
        case "recurse" -> recurse(0);
        case "throw" -> throw new IllegalStateException("as libraries do");
        case "print" -> System.out.println("as libraries do");
        case "refuse" -> throw new RefusedImageException("not this one");
        default -> {
          // A good file.
        }
      }
      return new BufferedImage(parameters[0], 1, BufferedImage.TYPE_3BYTE_BGR);
    }

    @SuppressWarnings("InfiniteRecursion") // As some files make libraries do.
    private static int recurse(int depth) {
      return recurse(depth + 1) + 1;
    }
  }

  @Test
  void refusesAFileThatCrashesItsProcessNowAndLater() throws RefusedImageException {
    assertEquals("the file is damaged: it ended the process that decodes it", reason("crash"));
    long start = System.nanoTime();
    assertEquals("the file is damaged: it ended the process that decodes it", reason("crash"));
    assertTrue(System.nanoTime() - start < 50_000_000L, "not tried again");
    assertEquals(7, run("good", 7));
    assertTrue(pool.problem().isEmpty(), "the pool is well");
  }

  @Test
  void killsAProcessThatHangs() throws RefusedImageException {
    run("warm", 1);
    Exception ended =
        assertThrows(
            Exception.class, () -> pool.run(job("hang", Duration.ofMillis(1500), true, 1)));

    if (!(ended instanceof DecoderUnavailableException)) { // As where the tests have a processor.
      assertEquals("decoding takes longer than 1500 ms", ended.getMessage());
    }
    assertEquals(3, run("good", 3));
  }

  /// As on a machine that is so busy that a process gets no processor.
  @Test
  void refusesNoFileWhoseProcessWasStarved() throws RefusedImageException {
    run("warm", 1);
    DecoderJob job = job("sleep", Duration.ofMillis(400), false, 1);
    assertThrows(DecoderUnavailableException.class, () -> pool.run(job));
    assertThrows(DecoderUnavailableException.class, () -> pool.run(job));
    assertThrows(RefusedImageException.class, () -> pool.run(job), "not forever");
    assertEquals(3, run("good", 3));
  }

  /// As an SVG that is too slow for a search, but not for training.
  @Test
  void remembersAFileOnlyIfItHadItsFullTime() throws RefusedImageException {
    run("warm", 1);
    Duration full = Duration.ofSeconds(1);
    hangs("hang-once searched", full, LONG);
    assertEquals(7, run("hang-once searched", 7), "tried again");

    if (hangs("hang-once trained", full, full) instanceof RefusedImageException) {
      assertEquals("decoding takes longer than 1 s", reason("hang-once trained"));
    }
  }

  @Test
  void refusesFilesThatExhaustMemoryOrRecurseOrThrow() throws RefusedImageException {
    assertEquals("decoding takes more memory than one picture may use", reason("eat"));
    assertEquals("the file is nested too deeply", reason("recurse"));
    assertEquals("the file is damaged: its reader failed", reason("throw"));
    assertEquals("not this one", reason("refuse"));
    assertEquals(5, run("print", 5));
  }

  @Test
  void waitsForASlotNoLongerThanTheRequestAllows() throws Exception {
    run("warm", 1);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<BufferedImage>> occupying = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        DecoderJob job = job("occupy " + i + " " + released(), LONG, true, 1);
        occupying.add(callers.submit(() -> pool.run(job)));
      }
      while (pool.busy() < 2) {
        Thread.onSpinWait();
      }
      long start = System.nanoTime();
      assertThrows(
          DecoderUnavailableException.class,
          () -> pool.run(job("good", Duration.ofMillis(200), true, 1)));
      assertTrue(System.nanoTime() - start < 10_000_000_000L);
      release(occupying);
    }
  }

  @Test
  void reservesASlotForUrgentJobs() throws Exception {
    run("warm", 1);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<BufferedImage>> unhurried = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        DecoderJob job = job("occupy " + i + " " + released(), LONG, false, 1);
        unhurried.add(callers.submit(() -> pool.run(job)));
      }
      while (pool.busy() == 0) {
        Thread.onSpinWait();
      }
      assertEquals(9, run("good", 9), "not behind the unhurried");
      assertTrue(unhurried.stream().noneMatch(Future::isDone));
      release(unhurried);
    }
  }

  private Path released() {
    return directory.resolve("released");
  }

  /// Ends the jobs that occupy the processes, each with its picture.
  private void release(List<Future<BufferedImage>> occupying) throws Exception {
    Files.createFile(released());
    for (Future<BufferedImage> future : occupying) {
      assertEquals(1, future.get(60, TimeUnit.SECONDS).getWidth());
    }
  }

  /// @return a refusal where the tests have a processor
  private Exception hangs(String file, Duration decodeMax, Duration fileMax) {
    DecoderJob job =
        new DecoderJob(
            Misbehaving.class,
            file.getBytes(US_ASCII),
            new int[] {HANG},
            new Patience(LONG, true),
            decodeMax,
            fileMax);
    return assertThrows(Exception.class, () -> pool.run(job));
  }

  private String reason(String file) {
    return assertThrows(RefusedImageException.class, () -> run(file, 1)).getMessage();
  }

  private int run(String file, int width) throws RefusedImageException {
    return pool.run(job(file, LONG, true, width)).getWidth();
  }

  private static DecoderJob job(String file, Duration timeout, boolean urgent, int width) {
    return new DecoderJob(
        Misbehaving.class,
        file.getBytes(US_ASCII),
        new int[] {width},
        new Patience(timeout, urgent),
        timeout);
  }
}
