package io.sketchstream.images.decode;

import io.sketchstream.images.file.IccProfile;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/// Converts the output of any decoder to opaque 8-bit sRGB: transparency over the paper, 16 bits to
/// 8, other colour spaces through their profile. Gray values are taken as sRGB gray, as files mean
/// them; Java would take them as linear light.
final class SrgbConversion {
  static final int WHITE = 255;
  static final int BLACK = 0;

  private final Deadline deadline;
  private final int paper;

  /// @param paper gray value of the background of a transparent image
  SrgbConversion(Deadline deadline, int paper) {
    this.deadline = deadline;
    this.paper = paper;
  }

  /// @param profile colour profile of an RGB image that its reader did not apply
  /// @return the same image if it has this form, else a new one; `TYPE_3BYTE_BGR`
  BufferedImage convert(BufferedImage image, IccProfile profile) {
    ColorModel model = image.getColorModel();
    if (image.getType() == BufferedImage.TYPE_3BYTE_BGR && !profile.isPresent()) {
      return image;
    }
    BufferedImage result =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    if (model instanceof IndexColorModel palette) {
      fromPalette(image.getRaster(), palette, result);
    } else if (isGray(model)) {
      fromGray(image, result);
    } else if (isPlain(model)) {
      fromRgb(image, result);
    } else if (model.getColorSpace() instanceof ICC_ColorSpace
        && model.getNumColorComponents() > 2) {
      fromProfile(image, result);
    } else {
      fromAny(image, result);
    }
    if (profile.isPresent() && !isGray(model)) {
      return applyProfile(result, profile.bytes());
    }
    return result;
  }

  private static boolean isGray(ColorModel model) {
    return model instanceof ComponentColorModel
        && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && model.getTransferType() != DataBuffer.TYPE_SHORT;
  }

  /// True for sRGB in separate samples of 8 or 16 bits.
  private static boolean isPlain(ColorModel model) {
    return model instanceof ComponentColorModel
        && model.getColorSpace().isCS_sRGB()
        && isByteOrShort(model);
  }

  private static boolean isByteOrShort(ColorModel model) {
    int type = model.getTransferType();
    return type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT;
  }

  private void fromPalette(Raster raster, IndexColorModel palette, BufferedImage result) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int[] row = new int[raster.getWidth()];
    byte[] target = bytes(result);
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      deadline.check();
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      for (int index : row) {
        // An index beyond the palette has no colour; viewers show black.
        int argb = index < colours.length ? colours[index] : 0xff000000;
        at = put(target, at, argb);
      }
    }
  }

  private void fromGray(BufferedImage image, BufferedImage result) {
    eachRow(
        image,
        bytes(result),
        (samples, from, bands, target, at) -> {
          int alpha = bands > 1 ? samples[from + bands - 1] : WHITE;
          byte gray = (byte) onPaper(samples[from], alpha, image.isAlphaPremultiplied());
          target[at] = gray;
          target[at + 1] = gray;
          target[at + 2] = gray;
        });
  }

  private void fromRgb(BufferedImage image, BufferedImage result) {
    boolean transparent = image.getColorModel().hasAlpha();
    boolean premultiplied = image.isAlphaPremultiplied();
    eachRow(
        image,
        bytes(result),
        (samples, from, _, target, at) -> {
          int alpha = transparent ? samples[from + 3] : WHITE;
          for (int band = 0; band < 3; band++) {
            target[at + 2 - band] = (byte) onPaper(samples[from + band], alpha, premultiplied);
          }
        });
  }

  private interface PixelCopy {
    void copy(int[] samples, int from, int bands, byte[] target, int at);
  }

  private void eachRow(BufferedImage image, byte[] target, PixelCopy copy) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int[] samples = new int[raster.getWidth() * bands];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      deadline.check();
      samples(raster, raster.getMinY() + y, samples);
      for (int from = 0; from < samples.length; from += bands) {
        copy.copy(samples, from, bands, target, at);
        at += 3;
      }
    }
  }

  /// One row, from 0 to 255.
  private static void samples(Raster raster, int y, int[] samples) {
    int type = raster.getTransferType();
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      double[] parts = raster.getPixels(raster.getMinX(), y, raster.getWidth(), 1, (double[]) null);
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (int) Math.clamp(Math.round(parts[i] * WHITE), 0, WHITE);
      }
      return;
    }
    raster.getPixels(raster.getMinX(), y, raster.getWidth(), 1, samples);
    boolean wide = type == DataBuffer.TYPE_USHORT;
    // Pixels that are packed in an int have small samples.
    boolean widest = raster.getSampleModel().getSampleSize(0) == Integer.SIZE;
    for (int i = 0; i < samples.length && (wide || widest); i++) {
      samples[i] =
          wide ? (samples[i] * WHITE + 32767) / 65535 : samples[i] >>> Integer.SIZE - Byte.SIZE;
    }
  }

  /// Through the image's own profile. Transparency is saved, because the conversion drops it.
  private void fromProfile(BufferedImage image, BufferedImage result) {
    deadline.check();
    ColorModel model = image.getColorModel();
    int colours = model.getNumColorComponents();
    int[] bands = new int[colours];
    for (int i = 0; i < colours; i++) {
      bands[i] = i;
    }
    WritableRaster raster = image.getRaster();
    WritableRaster colour =
        raster.createWritableChild(
            raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(), 0, 0, bands);
    ColorConvertOp convert =
        new ColorConvertOp(model.getColorSpace(), ColorSpace.getInstance(ColorSpace.CS_sRGB), null);
    try {
      convert.filter(colour, result.getRaster());
    } catch (RuntimeException e) { // A CMM throws nearly anything.
      if (colours != 3) {
        throw e;
      }
      fromRgb(image, result); // A profile that can't be used counts as sRGB.
      return;
    }
    if (model.hasAlpha()) {
      byte[] target = bytes(result);
      eachRow(
          image,
          target,
          (samples, from, all, _, at) -> {
            int alpha = samples[from + all - 1];
            for (int i = at; i < at + 3; i++) {
              target[i] = (byte) onPaper(target[i] & 0xff, alpha, false);
            }
          });
    }
  }

  private void fromAny(BufferedImage image, BufferedImage result) {
    int[] row = new int[image.getWidth()];
    byte[] target = bytes(result);
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      deadline.check();
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int argb : row) {
        at = put(target, at, argb);
      }
    }
  }

  /// A profile that can't be used counts as sRGB, as in every viewer.
  private static BufferedImage applyProfile(BufferedImage image, byte[] bytes) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(bytes);
      if (profile.getColorSpaceType() != ColorSpace.TYPE_RGB) {
        return image;
      }
      ICC_ColorSpace from = new ICC_ColorSpace(profile);
      ColorConvertOp convert =
          new ColorConvertOp(from, ColorSpace.getInstance(ColorSpace.CS_sRGB), null);
      BufferedImage result =
          new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
      convert.filter(image.getRaster(), result.getRaster());
      return result;
    } catch (RuntimeException _) { // A CMM throws nearly anything.
      return image;
    }
  }

  private int put(byte[] target, int at, int argb) {
    int alpha = argb >>> 24;
    target[at] = (byte) onPaper(argb & 0xff, alpha, false);
    target[at + 1] = (byte) onPaper(argb >> 8 & 0xff, alpha, false);
    target[at + 2] = (byte) onPaper(argb >> 16 & 0xff, alpha, false);
    return at + 3;
  }

  private int onPaper(int sample, int alpha, boolean premultiplied) {
    if (alpha == WHITE) {
      return sample;
    }
    int light = premultiplied ? sample * WHITE : sample * alpha;
    return Math.min(WHITE, (light + (WHITE - alpha) * paper + WHITE / 2) / WHITE);
  }

  private static byte[] bytes(BufferedImage image) {
    return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }
}
