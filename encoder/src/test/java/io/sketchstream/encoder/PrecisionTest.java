package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.sketchstream.encoder.network.CpuInstructions;
import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A lower precision is taken only where it answers as fp32 does.
final class PrecisionTest {
  private static final EncoderOptions FP32 =
      new EncoderOptions(EncoderOptions.Precision.FP32, 2, EncoderOptions.Device.CPU);

  @TempDir static Path directory;
  private static ModelArtifact model;

  @BeforeAll
  static void write() throws Exception {
    model = FormulaModel.write(directory);
  }

  @Test
  void choosesALowerPrecisionOnlyWhereTheDeviceSupportsIt() throws Exception {
    EncoderOptions auto = FP32.withPrecision(EncoderOptions.Precision.AUTO);
    try (TorchEncoder encoder = TorchEncoder.open(model, FP32);
        TorchEncoder chosen = TorchEncoder.open(model, auto)) {
      if (!CpuInstructions.haveBf16() && !CpuInstructions.haveVnni()) {
        assertEquals(Precision.FP32, chosen.precision());
      }
      List<PreparedImage> images = FormulaModel.images(4);
      List<Embedding> exact = encoder.encode(images);
      List<Embedding> found = chosen.encode(images);
      for (int i = 0; i < images.size(); i++) {
        assertTrue(cosine(exact.get(i), found.get(i)) >= Agreement.COSINE_MIN);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "efficientnet_lite0", "efficientnet_lite2"})
  void aBf16NetworkComputesNearlyWhatFp32Does(String name) throws Exception {
    assumeTrue(CpuInstructions.haveBf16(), "skipped: this CPU has no bf16 instructions");
    Network network = Network.named(name);
    Weights weights = FormulaWeights.of(network, 32);
    List<PreparedImage> images = FormulaModel.images(9);
    Agreement agreement =
        Agreement.of(
            forward(network, weights, Precision.FP32, images),
            forward(network, weights, Precision.BF16, images));
    assertTrue(agreement.cosine() > 0.97, agreement.toString());
    // It is bf16 indeed: nothing rounds like fp32.
    assertTrue(agreement.cosine() < 0.999999, agreement.toString());
  }

  private static float[][] forward(Precision precision, List<PreparedImage> images)
      throws Exception {
    return forward(model.network(), model.weights(), precision, images);
  }

  private static float[][] forward(
      Network network, Weights weights, Precision precision, List<PreparedImage> images)
      throws Exception {
    try (TorchNetwork torch = TorchNetwork.open(network, weights, precision, Device.cpu())) {
      return torch.forward(images);
    }
  }

  /// How much the embeddings differ depends on the weights and on the CPU.
  @Test
  void refusesBf16WhereItDiffersTooMuchOrTheCpuLacksIt() throws Exception {
    EncoderOptions bf16 = FP32.withPrecision(EncoderOptions.Precision.BF16);
    if (!CpuInstructions.haveBf16()) {
      String refusal =
          assertThrows(IllegalStateException.class, () -> TorchEncoder.open(model, bf16))
              .getMessage();
      assertEquals("this CPU has no bf16 instructions", refusal);
      return;
    }
    List<PreparedImage> samples = SamplePictures.of(FormulaModel.SIZE);
    Agreement agreement =
        Agreement.of(forward(Precision.FP32, samples), forward(Precision.BF16, samples));
    if (agreement.holds()) {
      try (TorchEncoder rounded = TorchEncoder.open(model, bf16)) {
        assertEquals(Precision.BF16, rounded.precision());
      }
    } else {
      String refusal =
          assertThrows(IllegalStateException.class, () -> TorchEncoder.open(model, bf16))
              .getMessage();
      assertEquals("BF16 differs too much here: " + agreement, refusal);
    }
  }

  @Test
  void computesOverlapAndCosine() {
    float[][] rows = {{1, 0}, {0.8f, 0.6f}, {0, 1}};
    assertEquals(1, Agreement.of(rows, rows).overlap(), 1e-9);
    assertEquals(1, Agreement.of(rows, rows).cosine(), 1e-6);
    float[][] turned = {{1, 0}, {0.6f, 0.8f}, {0, 1}};
    assertEquals(0.96f, Agreement.of(rows, turned).cosine(), 1e-6);
  }

  private static double cosine(Embedding a, Embedding b) {
    return Agreement.of(new float[][] {a.toArray()}, new float[][] {b.toArray()}).cosine();
  }
}
