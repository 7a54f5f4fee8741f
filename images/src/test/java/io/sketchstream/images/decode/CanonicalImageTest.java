package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.PlainJpeg;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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
  void looksTheSameForEveryWayOfReduction() throws RefusedImageException {
    byte[] file = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_3BYTE_BGR, 4800, 3200), false);

    BufferedImage image = decoder.decode(CanonicalImage.of(file, decoder).jpeg());

    assertEquals(384, image.getWidth());
    ImageDecoderTest.assertColour(image, 20, 20, 0x00ff00, 12);
    ImageDecoderTest.assertColour(image, 20, 200, 0xff0000, 12);
    ImageDecoderTest.assertColour(image, 360, 200, 0x0000ff, 12);
  }

  @Test
  void keepsThePixelsOfASmallPlainJpegAndNothingElse() throws RefusedImageException {
    byte[] plain = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 200, 150), false);
    byte[] file = withComment(withTail(Pictures.withOrientation(plain, 1)));

    CanonicalImage image = CanonicalImage.of(file, decoder);

    String text = new String(image.jpeg(), StandardCharsets.ISO_8859_1);
    assertFalse(text.contains("Exif") || text.contains("secret"), "metadata is left");
    assertEquals(200, image.width());
    assertEquals(150, image.height());
    assertArrayEquals(
        ImageScaler.bytes(decoder.decode(plain)), ImageScaler.bytes(decoder.decode(image.jpeg())));
  }

  @Test
  void recompressesFilesThatAreNotPlain() throws RefusedImageException {
    byte[] plain = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 200, 150), false);
    byte[] progressive =
        Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 200, 150), true);
    byte[] turned = Pictures.withOrientation(plain, 3);
    for (byte[] file : List.of(progressive, turned)) {
      BufferedImage pixels = decoder.decode(file);

      assertArrayEquals(CanonicalImage.of(pixels).jpeg(), CanonicalImage.of(file, decoder).jpeg());
    }
  }

  @Test
  void hasOnlyTheNeededSegments() throws RefusedImageException {
    byte[] plain = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 200, 150), false);
    byte[] gray = Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_BYTE_GRAY, 300, 500), false);

    assertTrue(PlainJpeg.isBare(CanonicalImage.of(plain, decoder).jpeg()), "as it was");
    assertTrue(PlainJpeg.isBare(CanonicalImage.of(gray, decoder).jpeg()), "compressed again");
    for (byte[] other :
        List.of(
            gray,
            withComment(plain),
            Pictures.withOrientation(plain, 1),
            Pictures.jpeg(Pictures.picture(BufferedImage.TYPE_INT_RGB, 200, 150), true))) {
      assertFalse(PlainJpeg.isBare(other));
    }
  }

  private static byte[] withComment(byte[] jpeg) {
    byte[] comment = {(byte) 0xff, (byte) 0xfe, 0, 8, 's', 'e', 'c', 'r', 'e', 't'};
    byte[] file = new byte[jpeg.length + comment.length];
    System.arraycopy(jpeg, 0, file, 0, 2);
    System.arraycopy(comment, 0, file, 2, comment.length);
    System.arraycopy(jpeg, 2, file, 2 + comment.length, jpeg.length - 2);
    return file;
  }

  private static byte[] withTail(byte[] jpeg) {
    byte[] tail = "secret tail".getBytes(StandardCharsets.ISO_8859_1);
    byte[] file = Arrays.copyOf(jpeg, jpeg.length + tail.length);
    System.arraycopy(tail, 0, file, jpeg.length, tail.length);
    return file;
  }
}
