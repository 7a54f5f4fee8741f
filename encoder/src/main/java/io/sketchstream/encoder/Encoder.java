package io.sketchstream.encoder;

import io.sketchstream.images.PreparedImage;
import java.util.List;

/// The network of one generation: prepared images or sketches to embeddings, in batches.
///
/// **Threads:** one call of [#encode] at a time for each thread it was opened for. **Owns:** native
/// memory, until [#close].
public interface Encoder extends AutoCloseable {
  /// Dimensions of the embeddings.
  int dimension();

  /// Prepares images and sketches for this network. Safe for any number of threads.
  Preprocessing preprocessing();

  /// One forward pass.
  ///
  /// @param batch at least 1 image, all of the size that [#preprocessing] produces
  /// @return an embedding for each, in order
  List<Embedding> encode(List<PreparedImage> batch);

  /// How close a photo is to sketches in general, by the model's sketch bank; subtracted from its
  /// score. 0 if the model has no bank. Safe for any number of threads.
  default float hubness(Embedding photo) {
    return 0;
  }

  /// Frees the network. Waits for a running [#encode].
  @Override
  void close();
}
