package io.sketchstream.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.FormulaWeights;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a model keeps of its teacher: stored with it, without effect on its embeddings.
final class KnowledgeHeadTest {
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

  private static Tensor filled(float value, Integer... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, value);
    return new Tensor(List.of(shape), values);
  }

  @Test
  void isStoredWithTheModel() throws Exception {
    KnowledgeHead head = new KnowledgeHead(filled(.5f, 3, DIMENSION), filled(-2, 3));
    ModelArtifact plain = write("plain", weights);
    write("knowing", head.in(weights));

    ModelArtifact model = ModelArtifact.load(directory.resolve("knowing"));

    KnowledgeHead kept = model.knowledge().orElseThrow();
    assertEquals(3, kept.classes());
    assertArrayEquals(head.weight().values(), kept.weight().values());
    assertArrayEquals(head.bias().values(), kept.bias().values());
    assertEquals(plain.weights().names(), model.weights().names());
    assertTrue(plain.knowledge().isEmpty());
    assertNotEquals(plain.generation(), model.generation());
  }

  @Test
  void refusesDamagedKnowledge() throws Exception {
    assertRefused("have 16 dimensions", filled(1, 3, 8), filled(1, 3));
    assertRefused("has shape [3, 16]", filled(1, 3, DIMENSION), filled(1, 4));
    assertRefused("not finite", filled(Float.NaN, 3, DIMENSION), filled(1, 3));
    Weights half = weights.with("knowledge.weight", filled(1, 3, DIMENSION));
    String message =
        assertThrows(BrokenModelException.class, () -> write("half", half)).getMessage();
    assertTrue(message.contains("only one of"), message);
  }

  private void assertRefused(String reason, Tensor weight, Tensor bias) {
    Weights content = weights.with("knowledge.weight", weight).with("knowledge.bias", bias);
    String message =
        assertThrows(BrokenModelException.class, () -> write("refused", content)).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
