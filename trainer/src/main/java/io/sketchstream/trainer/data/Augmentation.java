package io.sketchstream.trainer.data;

import io.sketchstream.images.sketch.SketchRenderer;

/// How training pictures are augmented. Each value widens a range or is a probability. 0 switches
/// it off; for scales, 1 does.
///
/// @param sketchRotation sketches are rotated by up to this many degrees
/// @param photoRotation photos are rotated by up to this many degrees
/// @param sketchScale sketches are scaled by up to this factor, either way
/// @param photoScale photos are scaled by up to this factor, either way
/// @param aspect the aspect ratio changes by up to a factor of `exp(aspect)`, either way
/// @param sketchShift sketches move by up to this share of the side
/// @param photoShift photos move by up to this share of the side
/// @param flip whether half of all pictures are mirrored
/// @param degraded probability that a photo is first reduced to fewer pixels, so that sharpness
///   does not reveal its class
/// @param degradedMin the smallest reduced side in pixels; the largest is .9 of the input size
/// @param contrast of photos changes by up to a factor of `exp(contrast)`, either way
/// @param brightness of photos changes by up to this many of 255 levels, either way
/// @param grayscale probability that a photo loses its colours
/// @param penMin the thinnest pen for strokes, in pixels of a drawing of 256
/// @param penMax the thickest one
public record Augmentation(
    double sketchRotation,
    double photoRotation,
    double sketchScale,
    double photoScale,
    double aspect,
    double sketchShift,
    double photoShift,
    boolean flip,
    double degraded,
    int degradedMin,
    double contrast,
    double brightness,
    double grayscale,
    double penMin,
    double penMax) {
  /// The default pen.
  private static final double PEN = 256 * SketchRenderer.PEN;

  public Augmentation {
    requireRange("sketchRotation", sketchRotation, 0, 180);
    requireRange("photoRotation", photoRotation, 0, 180);
    requireRange("sketchScale", sketchScale, 1, 4);
    requireRange("photoScale", photoScale, 1, 4);
    requireRange("aspect", aspect, 0, 1);
    requireRange("sketchShift", sketchShift, 0, .5);
    requireRange("photoShift", photoShift, 0, .5);
    requireRange("degraded", degraded, 0, 1);
    requireRange("degradedMin", degradedMin, 8, 512);
    requireRange("contrast", contrast, 0, 2);
    requireRange("brightness", brightness, 0, 255);
    requireRange("grayscale", grayscale, 0, 1);
    requireRange("penMin", penMin, .1, 64);
    requireRange("penMax", penMax, penMin, 64);
  }

  private static void requireRange(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException("%s is %s to %s, not %s".formatted(name, min, max, value));
    }
  }

  /// The augmentation of the default model.
  public static Augmentation standard() {
    return new Augmentation(20, 12, 1.25, 1.2, .12, .05, .04, true, .35, 56, .2, 20, .1, 2, 6);
  }

  /// Half of the pictures mirrored, and nothing else.
  public static Augmentation mirrored() {
    return new Augmentation(0, 0, 1, 1, 0, 0, 0, true, 0, 56, 0, 0, 0, PEN, PEN);
  }

  /// Pictures as they are.
  public static Augmentation none() {
    return new Augmentation(0, 0, 1, 1, 0, 0, 0, false, 0, 56, 0, 0, 0, PEN, PEN);
  }
}
