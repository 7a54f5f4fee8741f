package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Rare kinds of BMP.
class BmpTest {
  private final ImageDecoder decoder =
      new ImageDecoder(new ImageLimits(1 << 20, 1 << 20, Duration.ofSeconds(60)));
  private final BufferedImage picture = Pictures.picture(BufferedImage.TYPE_INT_RGB);

  /// Its header begins as the usual one and has 24 bytes more.
  @Test
  void readsABmpOfOs2() throws RefusedImageException {
    byte[] usual = Pictures.write(picture, "bmp");
    byte[] file = new byte[usual.length + 24];
    System.arraycopy(usual, 0, file, 0, 54);
    System.arraycopy(usual, 54, file, 78, usual.length - 54);
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(10, 78).putInt(14, 64);

    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
    header.putInt(10, 0); // Behind the header, as elsewhere.
    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
    header.putInt(14, 17);
    assertRefused("the BMP has a header of an unknown kind (17 bytes)", file);
  }

  /// As programs for OS/2 write it: the fields after the number of bits are not there.
  @Test
  void readsABmpWithAShortHeaderOfOs2() throws RefusedImageException {
    byte[] usual = Pictures.write(picture, "bmp");
    byte[] file = new byte[usual.length - 24];
    System.arraycopy(usual, 0, file, 0, 30);
    System.arraycopy(usual, 54, file, 30, usual.length - 54);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(10, 30).putInt(14, 16);

    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
  }

  /// The size of the file and the place of the pixels are not needed.
  @Test
  void readsABmpThatSaysLittleOfItself() throws RefusedImageException {
    byte[] file = Pictures.write(picture, "bmp");
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(2, 1);
    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
    header.putInt(2, 0).putInt(10, 0);
    ImageDecoderTest.assertIsThePicture(decoder.decode(file), 2);
    header.putShort(28, (short) 2);
    assertRefused("the BMP has 2 bits in a pixel", file);
  }

  /// As Windows CE and some programs for icons write it.
  @Test
  void readsMasksForColoursAndOpacity() throws RefusedImageException {
    ByteBuffer bmp = ByteBuffer.allocate(14 + 40 + 16 + 8).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(78).putInt(0).putInt(70);
    bmp.putInt(40).putInt(2).putInt(1).putShort((short) 1).putShort((short) 32).putInt(6);
    bmp.putInt(8).putInt(0).putInt(0).putInt(0).putInt(0);
    bmp.putInt(0xff).putInt(0xff00).putInt(0xff0000).putInt(0xff000000);
    bmp.putInt(0xff0000ff).putInt(0x00ff0000); // Red, and blue that can't be seen.
    BufferedImage image = decoder.decode(bmp.array());

    ImageDecoderTest.assertColour(image, 0, 0, 0xff0000, 0);
    ImageDecoderTest.assertColour(image, 1, 0, 0xffffff, 0);
  }

  @Test
  void refusesAPackedBmpThatLacksPixels() {
    ByteBuffer bmp = ByteBuffer.allocate(14 + 40 + 8 + 4).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(66).putInt(0).putInt(62);
    bmp.putInt(40).putInt(8).putInt(8).putShort((short) 1).putShort((short) 8).putInt(1);
    bmp.putInt(40).putInt(0).putInt(0).putInt(2).putInt(0); // 40 bytes of pixels.
    bmp.putInt(0).putInt(0xffffff).put(new byte[] {8, 1, 0, 0});

    assertRefused("the BMP is truncated", bmp.array());
  }

  private void assertRefused(String start, byte[] file) {
    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();
    assertTrue(reason.startsWith(start), () -> "said: " + reason);
  }
}
