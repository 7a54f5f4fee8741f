package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngTest {
  private static final int SIDE = 8;
  private static final int BLACK = 0xff000000;
  private static final int WHITE = 0xffffffff;

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  /// Viewers show it, since all pixels are there.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void passesOverAWrongChecksumOfItsPixels(int wrong) throws RefusedImageException {
    byte[] data = deflated(new byte[SIDE * (1 + SIDE)]);
    for (int i = data.length - wrong; i < data.length; i++) {
      data[i] ^= 0x55;
    }

    BufferedImage image =
        decoder.decode(
            Pictures.png(Pictures.header(SIDE, SIDE, 8, 0), Pictures.chunk("IDAT", data)));

    assertEquals(BLACK, image.getRGB(SIDE - 1, SIDE - 1));
  }

  @Test
  void refusesPixelsThatAreMissing() {
    byte[] data = deflated(new byte[SIDE * (1 + SIDE) / 2]);

    assertThrows(
        RefusedImageException.class,
        () ->
            decoder.decode(
                Pictures.png(Pictures.header(SIDE, SIDE, 8, 0), Pictures.chunk("IDAT", data))));
  }

  /// The paper is white; black ink is there, and the gray 1, which is transparent.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void knowsTheTransparentGrayOfAnyDepth(int bits) throws RefusedImageException {
    int row = 1 + SIDE * bits / 8;
    byte[] rows = new byte[SIDE * row];
    for (int y = 0; y < SIDE; y++) {
      rows[y * row + 1] = (byte) (1 << 8 - bits); // The first pixel of each row is the gray 1.
    }

    BufferedImage image =
        decoder.decode(
            Pictures.png(
                Pictures.header(SIDE, SIDE, bits, 0),
                Pictures.chunk("tRNS", new byte[] {0, 1}),
                Pictures.chunk("IDAT", deflated(rows))));

    assertEquals(WHITE, image.getRGB(0, 3));
    assertEquals(BLACK, image.getRGB(SIDE - 1, 3));
  }

  /// As viewers do with what comes too late.
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void passesOverATransparentGrayBehindThePixels(int bits) throws RefusedImageException {
    byte[] rows = new byte[SIDE * (1 + SIDE * bits / 8)];

    BufferedImage image =
        decoder.decode(
            Pictures.png(
                Pictures.header(SIDE, SIDE, bits, 0),
                Pictures.chunk("IDAT", deflated(rows)),
                Pictures.chunk("tRNS", new byte[] {0, 0})));

    assertEquals(BLACK, image.getRGB(3, 3));
  }

  /// As in every viewer, and whether or not a gray is transparent.
  @ParameterizedTest
  @CsvSource({"0, 0", "3, 0", "32, 0", "255, 0", "4, 2", "16, 3", "2, 4", "8, 1", "8, 5", "8, 7"})
  void refusesADepthThatItsColourTypeDoesNotAllow(int bits, int colourType) {
    byte[] png =
        Pictures.png(
            Pictures.header(SIDE, SIDE, bits, colourType),
            Pictures.chunk("tRNS", new byte[] {0, 1}),
            Pictures.chunk("IDAT", deflated(new byte[1000])));

    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(png)).getMessage();

    assertTrue(
        reason.contains("samples of " + bits + " bits do not go with colour type " + colourType),
        reason);
  }

  private static byte[] deflated(byte[] rows) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] buffer = new byte[1000];
    int size = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, size);
  }
}
