package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.score.Hubness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sketch bank in a model: what it changes, and what is refused.
final class SketchBankTest {
  private static final int DIMENSION = 16;

  @TempDir Path directory;
  private Network network;
  private Weights weights;

  @BeforeEach
  void makeWeights() throws Exception {
    network = Network.named("mobilenet_v2");
    weights = FormulaWeights.of(network, DIMENSION);
  }

  private ModelArtifact write(String name, Weights content) throws Exception {
    return ModelArtifact.write(
        directory.resolve(name),
        network,
        content,
        Weights.Storage.FP16,
        ModelInput.ofSize(64),
        new ModelManifest.Origin(1, "none", Map.of(), Map.of(), "none"));
  }

  /// Sketches along the first axes, in either direction.
  private static Embedding axis(int axis, float sign) {
    float[] vector = new float[DIMENSION];
    vector[axis] = sign;
    return Embedding.of(vector);
  }

  private static Tensor bank(Embedding... sketches) {
    return SketchBank.tensor(List.of(sketches));
  }

  @Test
  void storesTheBankInTheModel() throws Exception {
    Tensor bank = bank(axis(0, 1), axis(1, -1));
    write("banked", weights.with(SketchBank.TENSOR, bank));

    ModelArtifact model = ModelArtifact.load(directory.resolve("banked"));

    assertEquals(2, model.hubness().rows());
    assertTrue(model.weights().find(SketchBank.TENSOR).isEmpty());
    try (TorchEncoder encoder = TorchEncoder.open(model, EncoderOptions.defaults())) {
      assertEquals(1, encoder.hubness(axis(0, 1)), 1e-6);
      assertEquals(0, encoder.hubness(axis(5, 1)), 1e-6);
    }
  }

  @Test
  void hasNoHubnessWithoutABank() throws Exception {
    ModelArtifact model = write("plain", weights);
    assertEquals(0, model.hubness().rows());
    assertEquals(0, model.hubness().of(axis(0, 1).toArray()));
  }

  /// The artifact that ships was made before there were banks.
  @Test
  void includesTheBankInTheGenerationAndKeepsThatOfModelsWithoutOne() throws Exception {
    ModelArtifact plain = write("plain", weights);
    ModelArtifact banked = write("one", weights.with(SketchBank.TENSOR, bank(axis(0, 1))));
    ModelArtifact other = write("other", weights.with(SketchBank.TENSOR, bank(axis(1, 1))));
    assertNotEquals(plain.generation(), banked.generation());
    assertNotEquals(banked.generation(), other.generation());
    assertEquals(plain.generation(), write("again", banked.weights()).generation());
  }

  private void assertRefused(String reason, Tensor bank) throws Exception {
    Weights content = weights.with(SketchBank.TENSOR, bank);
    String message =
        assertThrows(BrokenModelException.class, () -> write("refused", content)).getMessage();
    assertTrue(message.contains(reason), message);
    // A bare trunk has no manifest, so nothing but the bank stands between it and its use.
    Path bare = Files.createDirectories(directory.resolve("bare"));
    Files.writeString(bare.resolve("reference.json"), "{\"network\": \"mobilenet_v2\"}");
    content.write(bare.resolve(ModelArtifact.WEIGHTS), Weights.Storage.FP32);
    message = assertThrows(BrokenModelException.class, () -> ModelArtifact.load(bare)).getMessage();
    assertTrue(message.contains(reason), message);
  }

  @Test
  void refusesDamagedBanks() throws Exception {
    assertRefused("the embeddings have 16 dimensions", new Tensor(List.of(1, 8), new float[8]));
    assertRefused("has shape [16]", new Tensor(List.of(DIMENSION), new float[DIMENSION]));
    assertRefused("has no rows", new Tensor(List.of(0, DIMENSION), new float[0]));
    float[] values = axis(0, 1).toArray();
    values[0] = 0.5f;
    assertRefused("row 0 of the sketch bank has length 0.5000", one(values));
    values[0] = Float.NaN;
    assertRefused("has length NaN", one(values));
    Embedding[] tooMany = new Embedding[Hubness.ROWS_MAX + 1];
    Arrays.fill(tooMany, axis(0, 1));
    assertRefused("at most 1000 rows, not 1001", bank(tooMany));
  }

  private static Tensor one(float[] values) {
    return new Tensor(List.of(1, DIMENSION), values);
  }
}
