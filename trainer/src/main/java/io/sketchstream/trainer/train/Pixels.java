package io.sketchstream.trainer.train;

import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.PictureReader;
import java.util.List;
import java.util.stream.IntStream;

/// Reads unaugmented pictures on all cores into the bytes of one batch.
final class Pixels {
  private Pixels() {}

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
