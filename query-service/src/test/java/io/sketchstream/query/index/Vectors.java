package io.sketchstream.query.index;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import java.util.SplittableRandom;

/// Unit vectors and the events that carry them, for tests.
public final class Vectors {
  private Vectors() {}

  /// Around one of a few centres, as embeddings of real images are.
  public static float[] clustered(SplittableRandom random, int dimension, int clusters) {
    SplittableRandom centre = new SplittableRandom(random.nextInt(clusters));
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (centre.nextGaussian() + 0.7 * random.nextGaussian());
    }
    return normalise(vector);
  }

  public static float[] normalise(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += x * x;
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
    return vector;
  }

  public static float dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return (float) sum;
  }

  public static ImageEmbedded event(String imageId, float[] vector, String... tags) {
    ImageEmbedded.Builder event =
        ImageEmbedded.newBuilder()
            .setImageId(imageId)
            .setAttributes(
                ImageAttributes.newBuilder()
                    .setTitle("image " + imageId)
                    .setUri("file:" + imageId)
                    .addAllTags(java.util.List.of(tags)));
    for (float x : vector) {
      event.addVector(x);
    }
    return event.build();
  }
}
