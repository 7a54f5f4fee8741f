package io.sketchstream.encoder;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import io.sketchstream.events.Sha256;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelArtifactTest {
  private static final ModelManifest.Origin ORIGIN =
      new ModelManifest.Origin(
          7, "d1f2", Map.of("val.mAP", 0.77), Map.of("iterations", "400"), "./sketchstream train");

  @TempDir Path directory;
  private Network network;

  @BeforeEach
  void writeModel() throws Exception {
    network = Network.named("mobilenet_v2");
    write(FormulaWeights.of(network, 16));
  }

  private ModelArtifact write(Weights weights) throws Exception {
    return ModelArtifact.write(
        directory, network, weights, Weights.Storage.FP16, ModelInput.ofSize(64), ORIGIN);
  }

  /// Weights whose manifest agrees with them, whatever they are.
  private void forge(Weights weights) throws Exception {
    weights.write(directory.resolve(ModelArtifact.WEIGHTS), Weights.Storage.FP32);
    edit("\"weightsSha256\" : \"[0-9a-f]+\"", "\"weightsSha256\" : \"" + actualSha256() + "\"");
  }

  private String actualSha256() {
    String message = refusal();
    return message.replaceAll(".*its SHA-256 is ([0-9a-f]{64}),.*", "$1");
  }

  private void edit(String pattern, String replacement) throws IOException {
    Path manifest = directory.resolve(ModelArtifact.MANIFEST);
    Files.writeString(manifest, Files.readString(manifest).replaceFirst(pattern, replacement));
  }

  private String refusal() {
    return assertThrows(BrokenModelException.class, () -> ModelArtifact.load(directory))
        .getMessage();
  }

  private void assertRefused(String reason) {
    String message = refusal();
    assertTrue(message.contains(reason), message);
  }

  @Test
  void loadsWhatItWrote() throws Exception {
    ModelArtifact model = ModelArtifact.load(directory);

    assertEquals("mobilenet_v2", model.network().name());
    assertEquals(16, model.dimension());
    assertEquals(64, model.inputSize());
    assertEquals(Map.of("val.mAP", 0.77), model.metrics());
    assertEquals(7, model.manifest().orElseThrow().seed());
    assertEquals("g" + model.sha256().substring(0, 12), model.generation().id());
  }

  @Test
  void refusesTruncatedWeights() throws Exception {
    Path file = directory.resolve(ModelArtifact.WEIGHTS);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 100));
    assertRefused("was changed");
  }

  @Test
  void refusesTamperedWeights() throws Exception {
    Path file = directory.resolve(ModelArtifact.WEIGHTS);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertRefused("was changed: its SHA-256 is");
  }

  @Test
  void namesMissingFiles() throws Exception {
    Files.delete(directory.resolve(ModelArtifact.WEIGHTS));
    assertRefused("there is no file " + directory.resolve("model.safetensors"));
    Files.delete(directory.resolve(ModelArtifact.MANIFEST));
    assertRefused("there is no file " + directory.resolve("manifest.json"));
    assertTrue(
        assertThrows(
                BrokenModelException.class, () -> ModelArtifact.load(directory.resolve("none")))
            .getMessage()
            .startsWith("there is no model directory"));
  }

  @Test
  void refusesAWrongShape() throws Exception {
    forge(
        FormulaWeights.of(network, 16)
            .with("features.0.0.bias", new Tensor(List.of(31), new float[31])));
    assertRefused("tensor features.0.0.bias has shape [31], mobilenet_v2 needs [32]");
  }

  @Test
  void refusesNaN() throws Exception {
    float[] bias = new float[32];
    bias[5] = Float.NaN;
    forge(FormulaWeights.of(network, 16).with("features.0.0.bias", new Tensor(List.of(32), bias)));
    assertRefused("features.0.0.bias holds a number that is not finite");
  }

  @Test
  void refusesAMissingTensor() throws Exception {
    LinkedHashMap<String, Tensor> tensors =
        new LinkedHashMap<>(FormulaWeights.of(network, 16).tensors());
    tensors.remove("features.18.0.weight");
    forge(new Weights(tensors));
    assertRefused("mobilenet_v2 lacks tensor features.18.0.weight");
  }

  @Test
  void refusesAnUnknownTensor() throws Exception {
    forge(FormulaWeights.of(network, 16).with("extra", new Tensor(List.of(1), new float[1])));
    assertRefused("mobilenet_v2 has no tensor extra");
  }

  @Test
  void refusesAnotherDimensionThanTheManifestStates() throws Exception {
    edit("\"embeddingDimension\" : 16", "\"embeddingDimension\" : 17");
    assertRefused("says 17 dimensions, the weights have 16");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mobilenet_v2 | vgg16 | there is no network named 'vgg16'",
        "mobilenet_v2 | squeezenet1_1 | is a classifier",
        "formatVersion\" : 1 | formatVersion\" : 2 | format version 2",
        "0.485 | 0.5 | normalises by",
        "ink-square | centre | prepares photos by",
        "centre-squash | middle | prepares photos by",
        "inputSize\" : 64 | inputSize\" : 100000 | input size 100000",
        "inputSize\" : 64 | inputSize\" : 47 | input size 47; supported are 48 to 1024",
        "\"seed\" : 7 | \"seed\" : \"x\" | is damaged",
      })
  void aManifestThatFitsNothingIsRefused(String from, String to, String reason) throws Exception {
    edit(from, to);
    assertRefused(reason);
  }

  /// A model of release 0.1 is served as it was trained, under the generation that it had.
  @Test
  void theFitsArePartOfTheModel() throws Exception {
    ModelArtifact square = ModelArtifact.load(directory);
    assertEquals(new ModelInput(64, PhotoFit.CENTRE, SketchFit.SQUARE), square.input());

    edit("centre-squash", "squash");

    ModelArtifact whole = ModelArtifact.load(directory);
    assertEquals(new ModelInput(64, PhotoFit.WHOLE, SketchFit.SQUARE), whole.input());
    assertNotEquals(square.generation(), whole.generation());

    edit("ink-square", "ink-crop");

    ModelArtifact squashed = ModelArtifact.load(directory);
    assertEquals(new ModelInput(64, PhotoFit.WHOLE, SketchFit.SQUASHED), squashed.input());
    assertNotEquals(whole.generation(), squashed.generation());
    assertArrayEquals(
        Sha256.of(
            ("mobilenet_v2\n64\n" + squashed.manifest().orElseThrow().weightsSha256() + "\n")
                .getBytes(UTF_8)),
        HexFormat.of().parseHex(squashed.sha256()));
  }

  /// A valid manifest behind megabytes of blanks.
  @Test
  void refusesAManifestOfMoreThanAMegabyte() throws Exception {
    Path manifest = directory.resolve(ModelArtifact.MANIFEST);
    Files.writeString(manifest, " ".repeat(1 << 20) + Files.readString(manifest));
    assertRefused("manifest.json is too large: at most 1048576 bytes");
  }

  @Test
  void writesNoWeightsThatDoNotFit() {
    assertThrows(BrokenModelException.class, () -> write(new Weights(new LinkedHashMap<>())));
  }

  @Test
  void loadsABareTrunk() throws Exception {
    Path trunk = Path.of(System.getProperty("project.root"), "../shared/data/weights/mobilenet_v2");
    Assumptions.assumeTrue(
        Files.isDirectory(trunk), () -> "skipped: " + trunk + " is not on this machine");

    ModelArtifact model = ModelArtifact.load(trunk);

    assertEquals(1280, model.dimension());
    assertEquals(192, model.inputSize());
    assertTrue(model.manifest().isEmpty());
  }
}
