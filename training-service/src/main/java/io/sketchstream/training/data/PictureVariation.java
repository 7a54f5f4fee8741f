package io.sketchstream.training.data;

import io.sketchstream.encoder.pixels.PreparedImage;
import java.util.random.RandomGenerator;

/// Makes a new training picture of a prepared one: cropped, turned, mirrored, blurred, recoloured.
/// Safe for any number of threads.
final class PictureVariation {
  private static final int WHITE = 255;

  private final Variation variation;
  private final int size;

  /// @param size side of the pictures it makes, in pixels
  PictureVariation(Variation variation, int size) {
    this.variation = variation;
    this.size = size;
  }

  /// A picture of `size`; the same random numbers give the same picture.
  PreparedImage vary(PreparedImage picture, Domain domain, RandomGenerator random) {
    byte[] pixels = picture.rgb();
    int side = picture.size();
    if (domain == Domain.SKETCH) {
      pixels = varyStrokes(pixels, side, random);
    }
    pixels = warp(pixels, side, domain, random);
    if (random.nextDouble() < variation.resolutionBlur()) {
      pixels = blur(pixels, random);
    }
    if (domain == Domain.PHOTO) {
      recolour(pixels, random);
    }
    return new PreparedImage(pixels, size);
  }

  /// Black on white: a minimum over neighbours thickens strokes, a maximum thins them.
  private byte[] varyStrokes(byte[] pixels, int side, RandomGenerator random) {
    double draw = random.nextDouble();
    double share = random.nextDouble();
    if (draw >= variation.strokeWidth()) {
      return pixels;
    }
    boolean thicker = draw < variation.strokeWidth() * 2 / 3;
    return Strokes.widen(pixels, side, thicker, (float) (thicker ? share : share * .6));
  }

  private byte[] warp(byte[] pixels, int side, Domain domain, RandomGenerator random) {
    boolean sketch = domain == Domain.SKETCH;
    double angle = Math.toRadians(variation.rotationDegrees() * spread(random)) / (sketch ? 1 : 3);
    double scaleX;
    double scaleY;
    double shiftX;
    double shiftY;
    if (sketch) {
      double common = 1 + variation.sketchScale() * spread(random);
      scaleX = common * (1 + .5 * variation.sketchScale() * spread(random));
      scaleY = common * (1 + .5 * variation.sketchScale() * spread(random));
      shiftX = .3 * variation.sketchScale() * spread(random);
      shiftY = .3 * variation.sketchScale() * spread(random);
    } else {
      double common = 1 - variation.zoom() * random.nextDouble();
      scaleX = Math.min(1, common * (1 + .12 * spread(random)));
      scaleY = Math.min(1, common * (1 + .12 * spread(random)));
      shiftX = (1 - scaleX) / 2 * spread(random);
      shiftY = (1 - scaleY) / 2 * spread(random);
    }
    boolean mirror = variation.flip() && random.nextBoolean();
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double flip = mirror ? -1 : 1;
    // Output position (-.5 to .5) to source position: mirror, scale, turn, shift.
    double[] map = {
      cos * scaleX * flip, -sin * scaleY, shiftX, sin * scaleX * flip, cos * scaleY, shiftY
    };
    return Resampling.affine(pixels, side, map, size, sketch ? WHITE : Resampling.EDGE);
  }

  /// To a lower resolution and back, the sharpness of a thumbnail.
  private byte[] blur(byte[] pixels, RandomGenerator random) {
    double lowest = Math.log(Math.min(variation.resolutionMin(), size));
    double highest = Math.log(size);
    int resolution = (int) Math.round(Math.exp(lowest + (highest - lowest) * random.nextDouble()));
    byte[] small = Resampling.shrink(pixels, size, resolution);
    double[] same = {1, 0, 0, 0, 1, 0};
    return Resampling.affine(small, resolution, same, size, Resampling.EDGE);
  }

  private void recolour(byte[] pixels, RandomGenerator random) {
    double saturation =
        random.nextDouble() < variation.grayscale() ? 0 : 1 + variation.colour() * spread(random);
    double contrast = 1 + variation.colour() * spread(random);
    double brightness = 255 * .5 * variation.colour() * spread(random);
    if (saturation == 1 && contrast == 1 && brightness == 0) {
      return;
    }
    for (int i = 0; i < pixels.length; i += 3) {
      int r = pixels[i] & 255;
      int g = pixels[i + 1] & 255;
      int b = pixels[i + 2] & 255;
      double gray = .299 * r + .587 * g + .114 * b;
      double base = (gray - 127.5) * contrast + 127.5 + brightness;
      double gain = saturation * contrast;
      pixels[i] = clamp(base + (r - gray) * gain);
      pixels[i + 1] = clamp(base + (g - gray) * gain);
      pixels[i + 2] = clamp(base + (b - gray) * gain);
    }
  }

  private static byte clamp(double value) {
    return (byte) Math.max(0, Math.min(255, (int) (value + .5)));
  }

  /// Uniform between -1 and 1.
  private static double spread(RandomGenerator random) {
    return random.nextDouble() * 2 - 1;
  }
}
