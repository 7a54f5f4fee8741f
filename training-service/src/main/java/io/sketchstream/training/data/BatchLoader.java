package io.sketchstream.training.data;

import io.sketchstream.encoder.pixels.PreparedImage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads and varies the pictures of coming batches while the network works on the present one.
///
/// **Threads:** one caller of [#next]; its own thread reads ahead by at most [#AHEAD_MAX] batches.
/// **Owns:** that thread, until [#close].
public final class BatchLoader implements AutoCloseable {
  private static final int AHEAD_MAX = 2;

  /// Pictures are read a little larger than the network takes, so that crops stay sharp.
  private static final double READ_SCALE = 1.15;

  private final BatchSampler sampler;
  private final PictureReader reader;
  private final PictureVariation variation;
  private final int size;
  private final long seed;
  private final int iterations;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("batch-loader").daemon().factory());
  private final Queue<Future<Batch>> ahead = new ArrayDeque<>();
  private int scheduled;

  /// @param first the iteration to begin with; the sampler's batches before it are skipped
  /// @param iterations where to end
  public BatchLoader(
      BatchSampler sampler,
      PictureReader reader,
      VariationSettings settings,
      int first,
      int iterations) {
    this.sampler = sampler;
    this.reader = reader;
    this.variation = new PictureVariation(settings.variation(), settings.size());
    this.size = settings.size();
    this.seed = settings.seed();
    this.scheduled = first;
    this.iterations = iterations;
    sampler.skip(first);
    schedule();
  }

  /// How pictures become training pictures.
  ///
  /// @param size side of the squares that the network takes
  /// @param seed of the variations
  public record VariationSettings(Variation variation, int size, long seed) {}

  /// The next batch; waits for it.
  ///
  /// @throws DatasetException when one of its pictures can't be read
  public Batch next() throws InterruptedException {
    Future<Batch> future = ahead.remove();
    schedule();
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DatasetException refused) {
        throw new DatasetException(refused.getMessage(), refused);
      }
      throw new IllegalStateException("loading a batch failed", e.getCause());
    }
  }

  private void schedule() {
    while (ahead.size() < AHEAD_MAX && scheduled < iterations) {
      int iteration = scheduled++;
      List<Example> examples = sampler.next();
      ahead.add(executor.submit(() -> load(iteration, examples)));
    }
  }

  private Batch load(int iteration, List<Example> examples) {
    int squareSize = size * size * 3;
    byte[] pixels = new byte[examples.size() * squareSize];
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      PreparedImage picture = reader.read(example, (int) Math.round(size * READ_SCALE));
      // Each picture of each iteration has random numbers of its own, so a resumed run sees the
      // same.
      SplittableRandom random =
          new SplittableRandom(seed ^ (((long) iteration << 20) + i) * 0x9E3779B97F4A7C15L);
      PreparedImage varied = variation.vary(picture, example.domain(), random);
      System.arraycopy(varied.rgb(), 0, pixels, i * squareSize, squareSize);
    }
    return new Batch(iteration, examples, pixels, size);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
