package io.sketchstream.encoder;

import io.sketchstream.encoder.pixels.PreparedImage;
import java.util.List;

/// The network of one generation: prepared images or sketches to embeddings, in batches.
///
/// **Threads:** one call of [#encode] at a time for each thread it was opened for. **Owns:** native
/// memory, until [#close].
public interface Encoder extends AutoCloseable {
  /// Dimensions of the embeddings.
  int dimension();

  /// Makes images and sketches ready for this network. Safe for any number of threads.
  Preprocessing preprocessing();

  /// One forward pass.
  ///
  /// @param batch 1 or more, all of the size that [#preprocessing] makes
  /// @return an embedding for each, in order
  List<Embedding> encode(List<PreparedImage> batch);

  /// Frees the network. Waits for a running [#encode].
  @Override
  void close();
}
