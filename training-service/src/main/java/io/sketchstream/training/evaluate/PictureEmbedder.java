package io.sketchstream.training.evaluate;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.Interruption;
import io.sketchstream.training.data.PictureReader;
import java.util.List;
import java.util.function.IntConsumer;

/// Embeds labelled pictures with the encoder that serves.
public final class PictureEmbedder {
  private static final int BATCH_SIZE = 32;

  private final Encoder encoder;
  private final PictureReader reader;
  private final int size;

  /// @param size side of the squares that the encoder takes
  public PictureEmbedder(Encoder encoder, PictureReader reader, int size) {
    this.encoder = encoder;
    this.reader = reader;
    this.size = size;
  }

  /// Embeds pictures in their order.
  ///
  /// @param done told how many are done so far
  public EmbeddedPictures embed(List<Example> examples, IntConsumer done) {
    int dimension = encoder.dimension();
    float[] rows = new float[examples.size() * dimension];
    for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
      Interruption.check();
      List<Example> part = examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
      List<PreparedImage> prepared =
          part.parallelStream().map(example -> reader.read(example, size)).toList();
      List<Embedding> embeddings = encoder.encode(prepared);
      for (int i = 0; i < part.size(); i++) {
        float[] row = embeddings.get(i).toArray();
        System.arraycopy(row, 0, rows, (from + i) * dimension, dimension);
      }
      done.accept(from + part.size());
    }
    return new EmbeddedPictures(examples, rows, dimension);
  }
}
