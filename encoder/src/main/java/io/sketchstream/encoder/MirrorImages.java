package io.sketchstream.encoder;

import io.sketchstream.images.PreparedImage;
import java.util.ArrayList;
import java.util.List;

/// The mirror images that pictures are embedded with, in the same forward pass.
final class MirrorImages {
  private MirrorImages() {}

  /// The pictures, and after them the mirror images of those that have one.
  static List<PreparedImage> added(List<PreparedImage> batch) {
    List<PreparedImage> all = new ArrayList<>(batch);
    for (PreparedImage image : batch) {
      if (image.mirrored()) {
        all.add(image.mirrorImage());
      }
    }
    return all;
  }

  /// The embeddings of the pictures: a picture's own, or the mean with that of its mirror image.
  ///
  /// @param rows of [#added], each of unit length
  static List<Embedding> merged(List<PreparedImage> batch, float[][] rows) {
    List<Embedding> embeddings = new ArrayList<>(batch.size());
    int mirror = batch.size();
    for (int i = 0; i < batch.size(); i++) {
      embeddings.add(
          Embedding.of(batch.get(i).mirrored() ? mean(rows[i], rows[mirror++]) : rows[i]));
    }
    return embeddings;
  }

  /// Of unit length; the first one where they cancel out.
  private static float[] mean(float[] one, float[] other) {
    double squares = 0;
    for (int d = 0; d < one.length; d++) {
      double sum = (double) one[d] + other[d];
      squares += sum * sum;
    }
    if (squares < 1e-6) {
      return one;
    }
    double length = Math.sqrt(squares);
    float[] mean = new float[one.length];
    for (int d = 0; d < mean.length; d++) {
      mean[d] = (float) (((double) one[d] + other[d]) / length);
    }
    return mean;
  }
}
