package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WebpTest {
  private final ImageDecoder decoder =
      new ImageDecoder(new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(60)));

  /// Noise whose means are known, by the fastest method of the encoder; the reader of ImageIO is
  /// off by 120 a sample.
  @Test
  void readsWhatTheFastestMethodWrote() throws RefusedImageException {
    assumeTrue(Webp.find().isPresent(), "skipped: libwebp is not installed");

    BufferedImage image = decoder.decode(Pictures.resource("lossy-fast.webp"));

    double[] means = new double[3];
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int pixel : pixels) {
      for (int band = 0; band < 3; band++) {
        means[band] += (pixel >> 16 - 8 * band & 0xff) / (double) pixels.length;
      }
    }
    assertArrayEquals(new double[] {95, 99, 127}, means, 5);
  }

  /// The frame of an animation holds the chunks of a still picture.
  @Test
  void readsTheFirstFrameOfAnAnimationAsAStillPicture() throws RefusedImageException {
    byte[] still = Pictures.resource("lossy-fast.webp");
    BufferedImage expected = decoder.decode(still);
    int chunks = still.length - 12;
    ByteBuffer file = ByteBuffer.allocate(12 + 18 + 14 + 8 + 16 + chunks);
    file.order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WEBPVP8X")).putInt(10).putInt(2);
    put24(put24(file, expected.getWidth() - 1), expected.getHeight() - 1);
    file.put(ascii("ANIM")).putInt(6).putInt(0).putShort((short) 0);
    file.put(ascii("ANMF")).putInt(16 + chunks).put(new byte[6]);
    put24(put24(file, expected.getWidth() - 1), expected.getHeight() - 1);
    file.put(new byte[] {50, 0, 0, 0}).put(still, 12, chunks);

    assertArrayEquals(ImageScaler.bytes(expected), ImageScaler.bytes(decoder.decode(file.array())));
  }

  private static ByteBuffer put24(ByteBuffer file, int value) {
    return file.putShort((short) value).put((byte) (value >> 16));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
