package io.sketchstream.images.decode;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.RefusedImageException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeifTest {
  private final ImageDecoder decoder =
      new ImageDecoder(new ImageLimits(1 << 20, 4_000_000, Duration.ofSeconds(60)));

  @ParameterizedTest
  @ValueSource(strings = {"picture.heic", "picture.avif"})
  void readsThePhotosOfPhones(String name) throws RefusedImageException {
    assumeTrue(Heif.find().isPresent(), "skipped: libheif is not installed");

    ImageDecoderTest.assertIsThePicture(decoder.decode(Pictures.resource(name)), 60);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 100, 300, 400})
  void refusesACutFile(int length) {
    byte[] cut = java.util.Arrays.copyOf(Pictures.resource("picture.heic"), length);

    String reason =
        assertThrows(RefusedImageException.class, () -> decoder.decode(cut)).getMessage();

    assertTrue(reason.startsWith("the HEIC or AVIF") || reason.contains("libheif"), reason);
  }

  @Test
  void checksTheSizeBeforeDecoding() {
    ImageDecoder small = new ImageDecoder(new ImageLimits(1 << 20, 100, Duration.ofSeconds(60)));

    String reason =
        assertThrows(
                RefusedImageException.class, () -> small.decode(Pictures.resource("picture.heic")))
            .getMessage();

    assertTrue(reason.contains("pixels; at most 100 in all"), reason);
  }
}
