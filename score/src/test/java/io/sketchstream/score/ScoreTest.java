package io.sketchstream.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ScoreTest {
  private static final float[] SKETCH = {0.6f, 0.8f};
  private static final float[] PHOTO = {0, 1};

  @Test
  void isTheInnerProductLessHubness() {
    assertEquals(0.5f, Score.of(0.8f, 0.3f), 1e-6f);
    assertEquals(0.8f, Score.of(0.8f, Hubness.none().of(PHOTO)), 1e-6f);
  }

  @Test
  void isTheInnerProductOfTheVectorsWithOneMoreDimension() {
    float[] stored = Score.indexVector(PHOTO, 0.3f);
    float[] search = Score.searchVector(SKETCH);
    assertArrayEquals(new float[] {0, 1, -0.3f}, stored);
    assertArrayEquals(new float[] {0.6f, 0.8f, 1}, search);
    float innerProduct = 0;
    for (int i = 0; i < stored.length; i++) {
      innerProduct += stored[i] * search[i];
    }
    assertEquals(Score.of(0.8f, 0.3f), innerProduct, 1e-6f);
    assertEquals(Score.of(0.8f, 0.3f), Score.of(search, stored), 1e-6f);
  }

  /// Pages continue from a score that may have been computed by another process.
  @Test
  void isTheSameToTheBitBeforeAndAfterCompilation() {
    SplittableRandom random = new SplittableRandom(1);
    int dimension = 257;
    float[][] vectors = new float[50][dimension];
    for (float[] vector : vectors) {
      for (int i = 0; i < dimension; i++) {
        vector[i] = random.nextFloat() - .5f;
      }
    }
    float[] search = vectors[0];
    float[] first = new float[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      first[i] = Score.of(search, vectors[i]);
    }
    for (int i = 0; i < 100_000; i++) {
      int which = i % vectors.length;
      assertEquals(first[which], Score.of(search, vectors[which]));
    }
  }
}
