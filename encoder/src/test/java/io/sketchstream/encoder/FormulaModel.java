package io.sketchstream.encoder;

import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A small model whose weights are made by a formula, and pictures for it.
final class FormulaModel {
  static final int SIZE = 64;

  private FormulaModel() {}

  /// Writes it: MobileNetV2 with 32 dimensions.
  static ModelArtifact write(Path directory) throws Exception {
    Network network = Network.named("mobilenet_v2");
    return ModelArtifact.write(
        directory,
        network,
        FormulaWeights.of(network, 32),
        Weights.Storage.FP16,
        ModelInput.ofSize(SIZE),
        new ModelManifest.Origin(1, "none", Map.of(), Map.of(), "none"));
  }

  static List<PreparedImage> images(int count) {
    return IntStream.range(0, count).mapToObj(i -> FormulaWeights.image(SIZE, i)).toList();
  }
}
