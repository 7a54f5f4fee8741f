package io.sketchstream.trainer.evaluate;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.Interruption;
import io.sketchstream.trainer.data.PictureReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// Embeds labelled pictures with an encoder.
public final class PictureEmbedder {
  private static final int BATCH_SIZE = 32;

  private final Encoder encoder;
  private final PictureReader reader;
  private final int size;

  /// @param size side of the encoder's input square
  public PictureEmbedder(Encoder encoder, PictureReader reader, int size) {
    this.encoder = encoder;
    this.reader = reader;
    this.size = size;
  }

  /// Embeds pictures, in order.
  ///
  /// @param done told how many are done so far
  public EmbeddedPictures embed(List<Example> examples, IntConsumer done) {
    int dimension = encoder.dimension();
    float[] rows = new float[examples.size() * dimension];
    List<Embedding> embeddings = embeddings(examples, done);
    for (int i = 0; i < embeddings.size(); i++) {
      System.arraycopy(embeddings.get(i).toArray(), 0, rows, i * dimension, dimension);
    }
    return new EmbeddedPictures(examples, rows, dimension);
  }

  /// The embeddings of pictures, in order.
  ///
  /// @param done told how many are done so far
  public List<Embedding> embeddings(List<Example> examples, IntConsumer done) {
    List<Embedding> embeddings = new ArrayList<>(examples.size());
    for (int from = 0; from < examples.size(); from += BATCH_SIZE) {
      Interruption.check();
      List<Example> part = examples.subList(from, Math.min(from + BATCH_SIZE, examples.size()));
      List<PreparedImage> prepared =
          part.parallelStream().map(example -> reader.read(example, size)).toList();
      embeddings.addAll(encoder.encode(prepared));
      done.accept(embeddings.size());
    }
    return embeddings;
  }
}
