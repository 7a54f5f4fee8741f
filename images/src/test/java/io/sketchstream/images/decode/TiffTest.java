package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rare kinds of TIFF.
class TiffTest {
  private static final int GRAY = 1;
  private static final int RGB = 2;

  private final ImageDecoder decoder =
      new ImageDecoder(new ImageLimits(1 << 20, 1 << 20, Duration.ofSeconds(60)));

  /// As the other kinds of gray, not as linear light.
  @ParameterizedTest
  @ValueSource(ints = {32, 64, -32})
  void showsGrayOfManyBitsAsOfFew(int kind) throws RefusedImageException {
    int bits = Math.abs(kind);
    ByteBuffer sample = ByteBuffer.allocate(bits / 8).order(ByteOrder.LITTLE_ENDIAN);
    switch (kind) {
      case 32 -> sample.putFloat(.4f);
      case 64 -> sample.putDouble(.4);
      default -> sample.putInt(0x66666666);
    }
    int format = kind > 0 ? 3 : 1;

    ImageDecoderTest.assertColour(
        decoder.decode(tiff(sample.array(), 258, bits, 262, GRAY, 277, 1, 339, format)),
        0,
        0,
        0x666666,
        1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "196f | 3 | has floating-point values beyond 0 to 1, such as 196.000",
        "-3f | 3 | has floating-point values beyond 0 to 1, such as -3.00000",
        "1f | 2 | has samples with a sign, which are not supported"
      })
  void saysWhichNumbersAreNoGray(float value, int format, String what) {
    byte[] sample = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    byte[] file = tiff(sample, 258, 32, 262, GRAY, 277, 1, 339, format);
    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();

    assertTrue(reason.startsWith("the TIFF " + what), reason);
  }

  @Test
  void knowsColoursThatAreMultipliedByTheirOpacity() throws RefusedImageException {
    byte[] pixel = {100, 0, 0, (byte) 128};

    ImageDecoderTest.assertColour(
        decoder.decode(tiff(pixel, 258, 8, 262, RGB, 277, 4, 338, 1)), 0, 0, 0xe37f7f, 1);
    ImageDecoderTest.assertColour(
        decoder.decode(tiff(pixel, 258, 8, 262, RGB, 277, 4, 338, 2)), 0, 0, 0xb17f7f, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50000 | 8 | is compressed in a way that is not supported (Zstandard)",
        "34712 | 8 | is compressed in a way that is not supported (JPEG 2000)",
        "32771 | 8 | is compressed in a way that is not supported (fax in words)",
        "12345 | 8 | is compressed in a way that is not supported (method 12345)",
        "1 | 12 | has samples of 12 bits, which are not supported"
      })
  void saysWhatIsNotSupported(int compression, int bits, String what) {
    byte[] file = tiff(new byte[9], 258, bits, 259, compression, 262, GRAY, 277, 1);
    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(file)).getMessage();

    assertTrue(reason.startsWith("the TIFF " + what), reason);
  }

  /// A picture of one pixel.
  ///
  /// @param entries tags and their values, in the order of the tags
  private static byte[] tiff(byte[] pixel, int... entries) {
    int count = entries.length / 2 + 5;
    int pixelsAt = 8 + 2 + 12 * count + 4;
    int[][] all = new int[count][];
    all[0] = new int[] {256, 1};
    all[1] = new int[] {257, 1};
    all[2] = new int[] {273, pixelsAt};
    all[3] = new int[] {278, 1};
    all[4] = new int[] {279, pixel.length};
    for (int i = 0; i < entries.length; i += 2) {
      all[5 + i / 2] = new int[] {entries[i], entries[i + 1]};
    }
    Arrays.sort(all, Comparator.comparingInt(entry -> entry[0]));
    ByteBuffer tiff = ByteBuffer.allocate(pixelsAt + pixel.length).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) count);
    for (int[] entry : all) {
      tiff.putShort((short) entry[0]).putShort((short) 3).putInt(1).putInt(entry[1]);
    }
    return tiff.putInt(0).put(pixel).array();
  }
}
