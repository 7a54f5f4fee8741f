package io.sketchstream.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/// The domain-balanced quadruplet loss: every anchor has one negative of each domain.
///
/// For a sketch s+ and a photo p+ of one class, and a sketch s- and a photo p- of others, with D
/// the Euclidean distance of unit vectors and m the margin:
///
/// ```
/// L_Q = 1/4 * sum over (a, a+) in {(s+, p+), (p+, s+)}, n in {s-, p-} of max(0, D(a, a+) - D(a, n) + m)
/// ```
///
/// In a batch every sketch and every photo is the anchor once. Its positive is the farthest picture
/// of its class in the other domain; its negatives are the nearest pictures of other classes in
/// each domain.
public final class QuadrupletLoss {
  private static final float FAR = 10;
  private static final float SQUARE_MIN = 1e-6f;

  private final float margin;

  /// @param margin by how much a negative should be farther away than the positive
  public QuadrupletLoss(double margin) {
    this.margin = (float) margin;
  }

  /// The mean loss of all anchors in a batch.
  ///
  /// @param sketches n unit vectors
  /// @param photos n unit vectors
  /// @param labels the class of each sketch, and of the photo in the same row
  public NDArray of(NDArray sketches, NDArray photos, int[] labels) {
    int count = labels.length;
    NDManager manager = sketches.getManager();
    float[] same = new float[count * count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        same[i * count + j] = labels[i] == labels[j] ? 1 : 0;
      }
    }
    NDArray sameClass = manager.create(same, new Shape(count, count));
    // Added to distances, it excludes pairs of one class from a minimum, or of two from a
    // maximum.
    NDArray notNegative = sameClass.mul(FAR);
    NDArray notPositive = sameClass.sub(1).mul(FAR);

    NDArray across = distances(sketches, photos);
    NDArray positives = across.add(notPositive);
    NDArray negatives = across.add(notNegative);
    NDArray sketchToSketch = nearest(distances(sketches, sketches).add(notNegative), 1);
    NDArray photoToPhoto = nearest(distances(photos, photos).add(notNegative), 1);
    int[] overPhotos = {1};
    int[] overSketches = {0};
    NDArray sketchPositive = positives.max(overPhotos);
    NDArray photoPositive = positives.max(overSketches);
    NDArray sum =
        hinge(sketchPositive, sketchToSketch)
            .add(hinge(sketchPositive, nearest(negatives, 1)))
            .add(hinge(photoPositive, nearest(negatives, 0)))
            .add(hinge(photoPositive, photoToPhoto));
    return Scalars.times(sum, .25);
  }

  private static NDArray nearest(NDArray distances, int axis) {
    int[] axes = {axis};
    return distances.min(axes);
  }

  private NDArray hinge(NDArray positive, NDArray negative) {
    return Scalars.atLeast(positive.sub(negative).add(margin), 0).mean();
  }

  /// Euclidean distances of unit vectors: each row of `from` to each of `to`.
  private static NDArray distances(NDArray from, NDArray to) {
    return Scalars.atLeast(Scalars.times(from.matMul(to.transpose()), -2).add(2), SQUARE_MIN)
        .sqrt();
  }
}
