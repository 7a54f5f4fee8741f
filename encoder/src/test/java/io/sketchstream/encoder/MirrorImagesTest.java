package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.images.PreparedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirrorImagesTest {
  private static final PreparedImage PLAIN = image(false, 1, 2, 3, 4);
  private static final PreparedImage MIRRORED = image(true, 5, 6, 7, 8);

  private static PreparedImage image(boolean mirrored, int... gray) {
    byte[] rgb = new byte[12];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) gray[i / 3];
    }
    return new PreparedImage(rgb, 2, mirrored);
  }

  @Test
  void mirrorImagesComeAfterThePictures() {
    List<PreparedImage> added = MirrorImages.added(List.of(MIRRORED, PLAIN, MIRRORED));
    assertEquals(5, added.size());
    assertArrayEquals(image(false, 6, 5, 8, 7).rgb(), added.get(3).rgb());
    assertArrayEquals(added.get(3).rgb(), added.get(4).rgb());
    assertArrayEquals(PLAIN.rgb(), added.get(1).rgb());
  }

  @Test
  void aMirroredPictureHasTheMeanOfBoth() {
    float[][] rows = {{1, 0}, {0, 1}, {.6f, .8f}};
    List<Embedding> merged = MirrorImages.merged(List.of(PLAIN, MIRRORED), rows);
    assertArrayEquals(new float[] {1, 0}, merged.get(0).toArray());
    double length = Math.hypot(.6, 1.8);
    assertArrayEquals(
        new float[] {(float) (.6 / length), (float) (1.8 / length)},
        merged.get(1).toArray(),
        1e-6f);
  }

  @Test
  void oppositesLeaveThePictureAsItIs() {
    float[][] rows = {{0, 1}, {0, -1}};
    assertArrayEquals(
        new float[] {0, 1}, MirrorImages.merged(List.of(MIRRORED), rows).getFirst().toArray());
  }
}
