package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.sketchstream.images.PreparedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A block of a ConvNeXt: depthwise 7x7, layer norms, linear layers, a scale. One spec and one
/// source, no line of Java.
final class FreeTensorTest {
  @TempDir private Path directory;

  private final Network network =
      Network.of(Network.resource("convnext_block.json"), Network.resource("convnext_block.py"));

  private final List<PreparedImage> batch =
      List.of(FormulaWeights.image(48, 0), FormulaWeights.image(48, 1));

  @Test
  void agreesWithAnIndependentImplementation() throws Exception {
    Weights weights = FormulaWeights.of(network);
    try (TorchNetwork torch = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu())) {
      float[][] found = torch.run("trunk", batch);
      for (int i = 0; i < batch.size(); i++) {
        assertClose(new PlainConvNextBlock(weights).features(batch.get(i)), found[i]);
      }
    }
  }

  @Test
  void trainsAsItServes() throws Exception {
    Weights weights = FormulaWeights.of(network, 8);
    try (TorchNetwork serving = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu());
        TrainingArchive training = TrainingArchive.open(directory, network, weights)) {
      float[][] served = serving.run("embedding", batch);
      float[][] trained = training.forward(batch);
      for (int i = 0; i < batch.size(); i++) {
        double[] wanted = new double[served[i].length];
        for (int j = 0; j < wanted.length; j++) {
          wanted[j] = served[i][j];
        }
        assertClose(wanted, trained[i]);
      }
      List<String> paths = network.parameters(8).stream().map(Parameter::path).sorted().toList();
      assertEquals(paths, training.parameterPaths().stream().sorted().toList());
      assertEquals(paths, training.pathsWithGradient(batch).stream().sorted().toList());
    }
  }

  @Test
  void refusesAMissingOrMisshapenTensorByName() {
    Weights weights = FormulaWeights.of(network);
    assertRefused("lacks tensor block.norm.bias", weights.without("block.norm.bias"));
    assertRefused(
        "block.scale has shape [3]",
        weights.with("block.scale", new Tensor(List.of(3), new float[3])));
  }

  private void assertRefused(String reason, Weights weights) {
    String message =
        assertThrows(BrokenModelException.class, () -> network.check(weights)).getMessage();
    assertTrue(message.contains(reason), message);
  }

  private static void assertClose(double[] wanted, float[] found) {
    assertEquals(wanted.length, found.length);
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], found[i], 1e-4, "number " + i);
    }
  }
}
