package io.sketchstream.trainer.train;

import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.Interruption;
import io.sketchstream.trainer.data.PictureReader;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;

/// Pictures as they are, read on the caller's pool, as the bytes of a batch.
final class Pixels {
  private static final int BATCH_SIZE = 32;

  private Pixels() {}

  /// What is done with a batch.
  interface Work {
    /// @param from index of its first picture
    /// @param count pictures in it
    /// @param pixels interleaved 8-bit RGB squares, one after the other
    void on(int from, int count, byte[] pixels);
  }

  /// Reads pictures in batches and hands each to a computation on this thread. The pool reads one
  /// batch ahead meanwhile.
  ///
  /// @throws CancellationException between two batches, when the thread was interrupted
  static void forEachBatch(List<Example> examples, PictureReader reader, int size, Work work) {
    ForkJoinTask<byte[]> ahead = examples.isEmpty() ? null : reading(examples, 0, reader, size);
    try {
      for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
        Interruption.check();
        byte[] pixels = ahead.join();
        int to = Math.min(from + BATCH_SIZE, examples.size());
        if (to < examples.size()) {
          ahead = reading(examples, to, reader, size);
        }
        work.on(from, to - from, pixels);
      }
    } finally {
      if (ahead != null) {
        ahead.quietlyJoin(); // Nothing is read any more once this has returned.
      }
    }
  }

  private static ForkJoinTask<byte[]> reading(
      List<Example> examples, int from, PictureReader reader, int size) {
    List<Example> batch = examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
    return ForkJoinTask.adapt(() -> of(batch, reader, size)).fork();
  }

  static byte[] of(List<Example> examples, PictureReader reader, int size) {
    int squareSize = size * size * 3;
    byte[] pixels = new byte[examples.size() * squareSize];
    IntStream.range(0, examples.size())
        .parallel()
        .forEach(i ->
            System.arraycopy(
                reader.read(examples.get(i), size).rgb(), 0, pixels, i * squareSize, squareSize));
    return pixels;
  }
}
