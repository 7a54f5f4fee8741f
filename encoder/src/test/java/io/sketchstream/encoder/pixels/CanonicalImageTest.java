package io.sketchstream.encoder.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalImageTest {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

  @ParameterizedTest
  @CsvSource({
    "48, 32, 48, 32",
    "256, 256, 256, 256",
    "600, 512, 300, 256",
    "512, 700, 256, 350",
    "5000, 250, 2048, 102",
    "4096, 1, 2048, 1",
    "1, 1, 1, 1"
  })
  void scalesDownToItsBoundsAndNeverUp(int width, int height, int newWidth, int newHeight)
      throws RefusedImageException {
    byte[] file =
        Pictures.write(Pictures.picture(BufferedImage.TYPE_INT_RGB, width, height), "png");

    CanonicalImage image = CanonicalImage.of(file, decoder);

    assertEquals(newWidth, image.width());
    assertEquals(newHeight, image.height());
    BufferedImage decoded = decoder.decode(image.jpeg());
    assertEquals(newWidth, decoded.getWidth());
    assertEquals(newHeight, decoded.getHeight());
  }

  @Test
  void hasTheSameBytesEveryTimeAndNoMetadata() throws RefusedImageException {
    byte[] file =
        Pictures.withOrientation(
            Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 700, 400), false), 6);

    CanonicalImage once = CanonicalImage.of(file, decoder);
    CanonicalImage again = CanonicalImage.of(file, decoder);

    assertArrayEquals(once.jpeg(), again.jpeg());
    assertFalse(new String(once.jpeg(), StandardCharsets.ISO_8859_1).contains("Exif"));
    assertEquals(256, once.width());
    assertEquals(448, once.height());
  }

  @Test
  void looksTheSameWhicheverWayItIsReduced() throws RefusedImageException {
    byte[] file = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_3BYTE_BGR, 4800, 3200), false);

    BufferedImage image = decoder.decode(CanonicalImage.of(file, decoder).jpeg());

    assertEquals(384, image.getWidth());
    ImageDecoderTest.assertColour(image, 20, 20, 0x00ff00, 12);
    ImageDecoderTest.assertColour(image, 20, 200, 0xff0000, 12);
    ImageDecoderTest.assertColour(image, 360, 200, 0x0000ff, 12);
  }
}
