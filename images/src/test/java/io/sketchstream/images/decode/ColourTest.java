package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColourTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @Test
  void keepsGrayValues() throws RefusedImageException {
    BufferedImage gray = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(3, 3, 0, 100);

    for (String format : new String[] {"png", "bmp", "tiff"}) {
      BufferedImage image = decoder.decode(Pictures.write(gray, format));

      assertEquals(0xff646464, image.getRGB(3, 3), format);
      assertEquals(0xff000000, image.getRGB(0, 0), format);
    }
  }

  @Test
  void keepsGrayValuesOfAJpeg() throws RefusedImageException {
    BufferedImage gray = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      gray.getRaster().setSample(i % 16, i / 16, 0, 100);
    }

    BufferedImage image = decoder.decode(Pictures.jpeg(gray, false));

    ImageDecoderTest.assertColour(image, 5, 5, 0x646464, 1);
  }

  @Test
  void convertsSixteenBitsToEight() throws RefusedImageException {
    BufferedImage gray = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_GRAY);
    gray.getRaster().setSample(3, 3, 0, 100 * 257);

    assertEquals(0xff646464, decoder.decode(Pictures.write(gray, "png")).getRGB(3, 3));

    ComponentColorModel deep =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            true,
            false,
            Transparency.TRANSLUCENT,
            DataBuffer.TYPE_USHORT);
    BufferedImage rgba =
        new BufferedImage(deep, deep.createCompatibleWritableRaster(4, 4), false, null);
    rgba.getRaster().setPixel(1, 1, new int[] {200 * 257, 100 * 257, 50 * 257, 65535});
    rgba.getRaster().setPixel(2, 2, new int[] {0, 0, 0, 128 * 257});

    BufferedImage image = decoder.decode(Pictures.write(rgba, "png"));

    assertEquals(0xffc86432, image.getRGB(1, 1));
    assertEquals(0xff7f7f7f, image.getRGB(2, 2));
    assertEquals(0xffffffff, image.getRGB(0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void readsGrayOfFewBits(int bits) throws RefusedImageException {
    byte[] pixels = new byte[8 * (1 + 2 * bits)]; // 8 rows of 16 pixels, all black but one.
    pixels[1] = (byte) (0xff << 8 - bits);

    BufferedImage image =
        decoder.decode(
            Pictures.png(
                Pictures.header(16, 8, bits, 0), Pictures.chunk("IDAT", deflated(pixels))));

    assertEquals(0xffffffff, image.getRGB(0, 0));
    assertEquals(0xff000000, image.getRGB(1, 0));
  }

  @Test
  void putsTransparencyOnWhite() throws RefusedImageException {
    BufferedImage clear = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(1, 1, 0xff00ff00);
    clear.setRGB(2, 2, 0x80000000);

    for (String format : new String[] {"png", "tiff"}) {
      BufferedImage image = decoder.decode(Pictures.write(clear, format));

      assertEquals(0xffffffff, image.getRGB(0, 0), format);
      assertEquals(0xff00ff00, image.getRGB(1, 1), format);
      assertEquals(0xff7f7f7f, image.getRGB(2, 2), format);
    }
  }

  @Test
  void putsTransparentPaletteOnWhite() throws RefusedImageException {
    byte[] ramp = {0, 100, (byte) 200};
    IndexColorModel palette = new IndexColorModel(2, 3, ramp, ramp, ramp, 0);
    // The JDK misreads interlaced GIFs of fewer than five rows.
    BufferedImage indexed = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED, palette);
    indexed.getRaster().setSample(1, 1, 0, 1);

    for (String format : new String[] {"png", "gif"}) {
      BufferedImage image = decoder.decode(Pictures.write(indexed, format));

      assertEquals(0xffffffff, image.getRGB(0, 0), format);
      assertEquals(0xff646464, image.getRGB(1, 1), format);
    }
  }

  @Test
  void appliesTheProfileOfAPng() throws RefusedImageException {
    byte[] pixel = {0, 100, 100, 100};
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(new byte[] {'l', 'i', 'n', 0, 0});
    content.writeBytes(deflated(profile));

    BufferedImage image =
        decoder.decode(
            Pictures.png(
                Pictures.header(1, 1, 8, 2),
                Pictures.chunk("iCCP", content.toByteArray()),
                Pictures.chunk("IDAT", deflated(pixel))));

    // Linear 100/255 is 168/255 in sRGB.
    ImageDecoderTest.assertColour(image, 0, 0, 0xa8a8a8, 2);
  }

  /// A file may have thousands, each of which inflates to megabytes.
  @Test
  void looksAtTheFirstProfileOfAPngOnly() throws RefusedImageException {
    byte[] pixel = {0, 100, 100, 100};
    ByteArrayOutputStream linear = new ByteArrayOutputStream();
    linear.writeBytes(new byte[] {'l', 'i', 'n', 0, 0});
    linear.writeBytes(deflated(ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData()));

    BufferedImage image =
        decoder.decode(
            Pictures.png(
                Pictures.header(1, 1, 8, 2),
                Pictures.chunk("iCCP", new byte[] {'n', 'o', 'n', 'e', 0, 0, 1, 2, 3}),
                Pictures.chunk("iCCP", linear.toByteArray()),
                Pictures.chunk("IDAT", deflated(pixel))));

    ImageDecoderTest.assertColour(image, 0, 0, 0x646464, 0);
  }

  @Test
  void appliesTheProfileOfAJpeg() throws RefusedImageException {
    BufferedImage image = decoder.decode(Pictures.resource("swapped-profile.jpg"));

    ImageDecoderTest.assertIsThePicture(image, 40);
  }

  private static byte[] deflated(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(content);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
