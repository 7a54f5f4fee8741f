package io.sketchstream.trainer.data;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads and augments the pictures of later batches while the network works on the current one.
///
/// **Threads:** one caller of [#next]; its own threads read ahead, one batch each. **Owns:** those
/// threads, until [#close].
public final class BatchLoader implements AutoCloseable {
  private static final int THREADS_MAX = 4;

  private final BatchSampler sampler;
  private final Augmenter augmenter;
  private final int size;
  private final long seed;
  private final int iterations;
  private final int aheadMax;
  private final ExecutorService executor;
  private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
  private int scheduled;

  /// @param first the iteration to begin with; the sampler's batches before it are skipped
  /// @param iterations the number of iterations of the training; no batch follows the last
  public BatchLoader(
      BatchSampler sampler, PictureReader reader, Settings settings, int first, int iterations) {
    this.sampler = sampler;
    this.augmenter = new Augmenter(settings.augmentation(), reader, settings.size());
    this.size = settings.size();
    this.seed = settings.seed();
    this.scheduled = first;
    this.iterations = iterations;
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, THREADS_MAX);
    this.aheadMax = threads + 1;
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("batch-loader-", 0).daemon().factory());
    sampler.skip(first);
    schedule();
  }

  /// How pictures are augmented.
  ///
  /// @param size side of the squares that the network takes
  /// @param seed of the augmentation
  public record Settings(Augmentation augmentation, int size, long seed) {}

  /// The next batch; waits for it. An interrupt loses none: the next call gives that batch.
  ///
  /// @throws DatasetException when one of its pictures can't be read
  public Batch next() throws InterruptedException {
    try {
      Batch next = ahead.element().get();
      ahead.remove();
      schedule();
      return next;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DatasetException refused) {
        throw new DatasetException(refused.getMessage(), refused);
      }
      throw new IllegalStateException("loading a batch failed", e.getCause());
    }
  }

  private void schedule() {
    while (ahead.size() < aheadMax && scheduled < iterations) {
      int iteration = scheduled++;
      List<Example> examples = sampler.next();
      ahead.add(executor.submit(() -> load(iteration, examples)));
    }
  }

  private Batch load(int iteration, List<Example> examples) {
    int squareSize = size * size * 3;
    byte[] pixels = new byte[examples.size() * squareSize];
    for (int i = 0; i < examples.size(); i++) {
      // Each picture of each iteration has its own random numbers, so a resumed run gets the
      // same.
      SplittableRandom random = new SplittableRandom(mixed(mixed(mixed(seed) + iteration) + i));
      byte[] rgb = augmenter.read(examples.get(i), random).rgb();
      System.arraycopy(rgb, 0, pixels, i * squareSize, squareSize);
    }
    return new Batch(examples, sampler.wordDrawings(), sampler.unlabelledPhotos(), pixels, size);
  }

  /// The finalizer of MurmurHash3: makes the streams of adjacent seeds independent.
  static long mixed(long value) {
    long bits = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    bits = (bits ^ (bits >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return bits ^ (bits >>> 33);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
