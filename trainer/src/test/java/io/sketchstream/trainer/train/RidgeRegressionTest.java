package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.Libtorch;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RidgeRegressionTest {
  @BeforeAll
  static void startLibtorch() {
    Libtorch.engine();
  }

  @Test
  void recoversTheLinearMapOfTheData() {
    Random random = new Random(3);
    float[] weight = {1, -2, .5f, 0, 3, 1};
    LinearMap truth = new LinearMap(weight, new float[] {4, -1});
    float[] inputs = new float[60 * 3];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextGaussian() + i % 3;
    }
    LinearMap fitted = RidgeRegression.fit(inputs, truth.applyAll(inputs), 60, 1e-6);
    assertArrayEquals(truth.weight(), fitted.weight(), 1e-3f);
    assertArrayEquals(truth.bias(), fitted.bias(), 1e-3f);
  }

  @Test
  void shrinksTheWeightsByThePenalty() {
    float[] inputs = {-1, 0, 1};
    float[] outputs = {-2, 0, 2};
    LinearMap fitted = RidgeRegression.fit(inputs, outputs, 3, 2);
    // Sum of products 4 over sum of squares and penalty 2 + 2.
    assertArrayEquals(new float[] {1}, fitted.weight(), 1e-6f);
    assertTrue(Math.abs(fitted.bias()[0]) < 1e-6);
  }
}
