package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.awt.image.BufferedImage;
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
}
