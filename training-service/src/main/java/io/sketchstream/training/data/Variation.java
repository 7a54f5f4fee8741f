package io.sketchstream.training.data;

/// How much training pictures are varied. Each value widens a range or is a probability; nought
/// switches it off.
///
/// @param zoom photos lose up to this part of each side by a random crop, 0 to .6
/// @param rotationDegrees sketches are turned by up to this many degrees; photos by a third of it
/// @param sketchScale sketches shrink or grow by up to this part, 0 to .5
/// @param resolutionBlur how often a picture is brought down to a random resolution and up again,
///   so that no class is betrayed by its sharpness, 0 to 1
/// @param resolutionMin the lowest such resolution, in pixels a side
/// @param grayscale how often a photo loses its colours, 0 to 1
/// @param colour brightness, contrast and saturation change by up to this part, 0 to 1
/// @param strokeWidth how often the strokes of a sketch become thicker or thinner, 0 to 1
/// @param flip whether half of all pictures are mirrored
public record Variation(
    double zoom,
    double rotationDegrees,
    double sketchScale,
    double resolutionBlur,
    int resolutionMin,
    double grayscale,
    double colour,
    double strokeWidth,
    boolean flip) {

  public Variation {
    requireRange("zoom", zoom, .6);
    requireRange("rotationDegrees", rotationDegrees, 180);
    requireRange("sketchScale", sketchScale, .5);
    requireRange("resolutionBlur", resolutionBlur, 1);
    requireRange("grayscale", grayscale, 1);
    requireRange("colour", colour, 1);
    requireRange("strokeWidth", strokeWidth, 1);
    if (resolutionMin < 8) {
      throw new IllegalArgumentException("resolutionMin is at least 8, not " + resolutionMin);
    }
  }

  private static void requireRange(String name, double value, double max) {
    if (!(value >= 0 && value <= max)) {
      throw new IllegalArgumentException("%s is 0 to %s, not %s".formatted(name, max, value));
    }
  }

  /// What the default model was trained with.
  public static Variation standard() {
    return new Variation(.35, 12, .15, .5, 48, .2, .3, .4, true);
  }

  /// Pictures as they are.
  public static Variation none() {
    return new Variation(0, 0, 0, 0, 48, 0, 0, 0, false);
  }
}
