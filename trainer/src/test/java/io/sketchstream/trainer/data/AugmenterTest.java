package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.PreparedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AugmenterTest {
  private static final int SIZE = 32;
  private static final Example PHOTO = new Example(Path.of("photo"), "a", Domain.PHOTO);
  private static final Example SKETCH = new Example(Path.of("sketch"), "a", Domain.SKETCH);

  /// From black on the left to white on the right.
  private static PreparedImage ramp(int size) {
    byte[] rgb = new byte[size * size * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % size * 255 / (size - 1));
    }
    return new PreparedImage(rgb, size);
  }

  private static byte[] augmented(Augmentation augmentation, Example example, long seed) {
    return new Augmenter(augmentation, (_, size) -> ramp(size), SIZE)
        .read(example, new SplittableRandom(seed))
        .rgb();
  }

  @Test
  void givesTheSamePictureForTheSameRandomNumbers() {
    byte[] first = augmented(Augmentation.standard(), PHOTO, 4);
    assertArrayEquals(first, augmented(Augmentation.standard(), PHOTO, 4));
    assertFalse(Arrays.equals(first, augmented(Augmentation.standard(), PHOTO, 5)));
  }

  @Test
  void keepsThePictureWithoutAugmentation() {
    byte[] expected = ramp(SIZE).rgb();
    byte[] actual = augmented(Augmentation.none(), SKETCH, 1);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i] & 255, actual[i] & 255, 6, "byte " + i);
    }
  }

  @Test
  void mirrorsHalfOfThePictures() {
    Augmentation none = Augmentation.none();
    Augmentation flip =
        new Augmentation(0, 0, 1, 1, 0, 0, 0, true, 0, 56, 0, 0, 0, none.penMin(), none.penMax());
    int mirrored = 0;
    for (int seed = 0; seed < 200; seed++) {
      byte[] pixels = augmented(flip, PHOTO, seed);
      mirrored += (pixels[0] & 255) > 128 ? 1 : 0;
    }
    assertEquals(100, mirrored, 25);
  }

  @Test
  void recoloursPhotosButNotSketches() {
    Augmentation none = Augmentation.none();
    Augmentation colours =
        new Augmentation(
            0, 0, 1, 1, 0, 0, 0, false, 0, 56, .2, 20, 0, none.penMin(), none.penMax());
    byte[] plain = augmented(none, SKETCH, 3);
    assertArrayEquals(plain, augmented(colours, SKETCH, 3));
    assertFalse(Arrays.equals(plain, augmented(colours, PHOTO, 3)));
  }

  @Test
  void readsThumbnailsAtTheirOwnSize() {
    Set<Integer> sides = new TreeSet<>();
    Augmenter augmenter =
        new Augmenter(
            Augmentation.none(),
            (_, size) -> {
              sides.add(size);
              return ramp(size);
            },
            112);
    augmenter.read(PHOTO, new SplittableRandom(1));
    augmenter.read(
        new Example(Path.of("small"), 0, "a", PictureKind.THUMBNAIL), new SplittableRandom(1));
    assertEquals(Set.of(64, 128), sides);
  }

  /// A file has the pixels that an enlarged part needs.
  @Test
  void readsEnlargedPartsAtAHigherResolution() {
    Augmentation none = Augmentation.none();
    Augmentation zooming =
        new Augmentation(0, 0, 1, 2, 0, 0, 0, false, 0, 56, 0, 0, 0, none.penMin(), none.penMax());
    Set<Integer> sides = new TreeSet<>();
    Augmenter augmenter =
        new Augmenter(
            zooming,
            (_, size) -> {
              sides.add(size);
              return ramp(size);
            },
            112);
    for (int seed = 0; seed < 50; seed++) {
      augmenter.read(PHOTO, new SplittableRandom(seed));
    }
    assertTrue(sides.stream().allMatch(side -> side >= 128 && side <= 224), sides::toString);
    assertTrue(sides.stream().anyMatch(side -> side > 200), sides::toString);
    sides.clear();
    augmenter.read(SKETCH, new SplittableRandom(1));
    assertEquals(Set.of(128), sides);
  }

  @Test
  void drawsStrokesWithManyPenWidths() {
    Set<Double> pens = new TreeSet<>();
    PictureReader reader =
        new PictureReader() {
          @Override
          public PreparedImage read(Example example, int size) {
            return ramp(size);
          }

          @Override
          public PreparedImage read(Example example, int size, double pen) {
            pens.add(pen);
            return ramp(size);
          }
        };
    Augmenter augmenter = new Augmenter(Augmentation.standard(), reader, SIZE);
    for (int seed = 0; seed < 50; seed++) {
      augmenter.read(
          new Example(Path.of("s"), 0, "a", PictureKind.STROKES), new SplittableRandom(seed));
    }
    assertTrue(pens.stream().allMatch(pen -> pen >= 2 / 256.0 && pen <= 6 / 256.0), pens::toString);
    assertTrue(pens.size() > 40, pens::toString);
  }

  @Test
  void givesAdjacentSeedsIndependentStreams() {
    assertNotEquals(BatchLoader.mixed(1) + 1, BatchLoader.mixed(2));
    assertNotEquals(BatchLoader.mixed(1), BatchLoader.mixed(2) - 1);
  }

  @Test
  void mirrorsAPhotoBeyondItsEdge() {
    byte[] source = {0, 0, 0, 100, 100, 100, 0, 0, 0, 100, 100, 100};
    double[] moved = {1, 0, .5, 0, 1, 0};
    byte[] mirrored = Resampling.affine(source, 2, moved, 2, Resampling.Border.MIRROR);
    assertEquals(100, mirrored[0]);
    assertEquals(100, mirrored[3]);
    byte[] edge =
        Resampling.affine(source, 2, new double[] {1, 0, 1, 0, 1, 0}, 2, Resampling.Border.EDGE);
    assertEquals(100, edge[3]);
  }
}
