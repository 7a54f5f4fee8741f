package io.sketchstream.trainer.data;

import io.sketchstream.images.PreparedImage;
import java.util.random.RandomGenerator;

/// Reads a picture and augments it: one affine map and, for photos, lower resolution, contrast,
/// brightness and grayscale. Safe for any number of threads.
final class Augmenter {
  /// Pictures are read larger than the input size, so that slight enlargement stays sharp.
  private static final double READ_SCALE = 8 / 7.0;

  private static final int THUMBNAIL_SIZE = 64;

  /// The width of the pen refers to drawings of this size.
  private static final double PEN_REFERENCE = 256;

  private static final double DEGRADED_MAX = .9;

  private final Augmentation augmentation;
  private final PictureReader reader;
  private final int size;

  /// @param size side of the augmented pictures, in pixels
  Augmenter(Augmentation augmentation, PictureReader reader, int size) {
    this.augmentation = augmentation;
    this.reader = reader;
    this.size = size;
  }

  /// A picture with side `size`; the same random numbers give the same picture.
  ///
  /// @throws DatasetException when the file is not a picture
  PreparedImage read(Example example, RandomGenerator random) {
    double pen =
        (augmentation.penMin()
                + (augmentation.penMax() - augmentation.penMin()) * random.nextDouble())
            / PEN_REFERENCE;
    boolean sketch = example.domain() == Domain.SKETCH;
    boolean degraded =
        example.kind() == PictureKind.PHOTO && random.nextDouble() < augmentation.degraded();
    int pixelsMax = degraded ? degradedSide(random) : Integer.MAX_VALUE;
    double[] map = map(sketch, random);
    int side = readSide(example, map);
    byte[] source = reader.read(example, side, pen).rgb();
    if (side > pixelsMax) {
      source = Resampling.shrink(source, side, pixelsMax);
      side = pixelsMax;
    }
    Resampling.Border border = sketch ? Resampling.Border.EDGE : Resampling.Border.MIRROR;
    byte[] pixels = Resampling.affine(source, side, map, size, border);
    if (!sketch) {
      recolour(pixels, random);
    }
    return new PreparedImage(pixels, size);
  }

  /// A part that is enlarged more than usual is read at a higher resolution, since the file has
  /// those pixels.
  private int readSide(Example example, double[] map) {
    double zoom = READ_SCALE;
    if (example.kind() == PictureKind.PHOTO) {
      double smallest = Math.min(Math.hypot(map[0], map[3]), Math.hypot(map[1], map[4]));
      zoom = Math.max(READ_SCALE, 1 / smallest);
    }
    int side = (int) Math.round(size * zoom);
    return example.kind() == PictureKind.THUMBNAIL ? Math.min(side, THUMBNAIL_SIZE) : side;
  }

  private int degradedSide(RandomGenerator random) {
    int max = Math.max(augmentation.degradedMin(), (int) (DEGRADED_MAX * size));
    return augmentation.degradedMin() + random.nextInt(max - augmentation.degradedMin() + 1);
  }

  /// From output position (-.5 to .5) to source position: mirror, scale, rotate, shift.
  private double[] map(boolean sketch, RandomGenerator random) {
    double degrees = sketch ? augmentation.sketchRotation() : augmentation.photoRotation();
    double angle = Math.toRadians(degrees * spread(random));
    double scaleMax = sketch ? augmentation.sketchScale() : augmentation.photoScale();
    double scale = Math.exp(Math.log(scaleMax) * spread(random));
    double aspect = Math.exp(augmentation.aspect() * spread(random) / 2);
    double shift = sketch ? augmentation.sketchShift() : augmentation.photoShift();
    double flip = augmentation.flip() && random.nextBoolean() ? -1 : 1;
    double scaleX = scale * aspect * flip;
    double scaleY = scale / aspect;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new double[] {
      cos * scaleX, -sin * scaleY, shift * spread(random),
      sin * scaleX, cos * scaleY, shift * spread(random)
    };
  }

  private void recolour(byte[] pixels, RandomGenerator random) {
    double contrast = Math.exp(augmentation.contrast() * spread(random));
    double brightness = augmentation.brightness() * spread(random);
    boolean gray = random.nextDouble() < augmentation.grayscale();
    if (!gray && contrast == 1 && brightness == 0) {
      return;
    }
    double shift = 127.5 * (1 - contrast) + brightness;
    for (int i = 0; i < pixels.length; i += 3) {
      double r = pixels[i] & 255;
      double g = pixels[i + 1] & 255;
      double b = pixels[i + 2] & 255;
      if (gray) {
        double luma = .299 * r + .587 * g + .114 * b;
        r = luma;
        g = luma;
        b = luma;
      }
      pixels[i] = clamp(r * contrast + shift);
      pixels[i + 1] = clamp(g * contrast + shift);
      pixels[i + 2] = clamp(b * contrast + shift);
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
