package io.sketchstream.images;

/// Which part of a photo is scaled to the network's square, regardless of its shape. The manifest
/// of a model names it.
public enum PhotoFit {
  /// All of it.
  WHOLE(1),

  /// The middle, 87% of either side, as networks for ImageNet are evaluated: things appear larger,
  /// at the same number of pixels (Touvron et al., "Fixing the train-test resolution discrepancy",
  /// 2019).
  CENTRE(.87);

  private final double share;

  PhotoFit(double share) {
    this.share = share;
  }

  /// The side of the part that is used, of the photo's: above 0, at most 1.
  public double share() {
    return share;
  }
}
