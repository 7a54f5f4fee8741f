package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.sketchstream.encoder.pixels.PreparedImage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
  @TempDir Path directory;

  private static PreparedImage image(int size) {
    return FormulaWeights.image(size, 0);
  }

  private Weights expected() throws Exception {
    Path file = directory.resolve("fixture.safetensors");
    try (InputStream in = NetworkTest.class.getResourceAsStream("fixture.safetensors")) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return Weights.read(file);
  }

  private static float difference(float[] wanted, float[] found) {
    assertEquals(wanted.length, found.length);
    float difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      difference = Math.max(difference, Math.abs(wanted[i] - found[i]));
    }
    return difference;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "resnet50", "squeezenet1_1", "mobilenet_v1_075"})
  void agreesWithAnIndependentImplementation(String name) throws Exception {
    Network network = Network.named(name);
    Weights expected = expected();

    try (TorchNetwork torch =
        TorchNetwork.open(network, FormulaWeights.of(network), Precision.FP32, Device.cpu())) {
      for (int size : new int[] {64, 97}) {
        float[] wanted = expected.get(name + "-" + size).values();
        float difference = difference(wanted, torch.run("trunk", List.of(image(size)))[0]);
        assertTrue(difference <= 1e-4f, name + " at " + size + " is off by " + difference);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "resnet50"})
  void trainsWhatItServes(String name) throws Exception {
    Network network = Network.named(name);
    Weights weights = FormulaWeights.of(network, 16);

    try (TorchNetwork serving = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu());
        TrainingArchive training = TrainingArchive.open(directory, network, weights)) {
      List<PreparedImage> batch = List.of(image(64), FormulaWeights.image(64, 1));
      float[][] served = serving.run("embedding", batch);
      float[][] trained = training.forward(batch);
      for (int i = 0; i < batch.size(); i++) {
        assertTrue(difference(served[i], trained[i]) <= 1e-4f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "resnet50"})
  void listsParametersAsLibtorchDoes(String name) throws Exception {
    Network network = Network.named(name);

    try (TrainingArchive training =
        TrainingArchive.open(directory, network, FormulaWeights.of(network, 16))) {
      List<String> wanted = network.parameters(16).stream().map(Parameter::path).sorted().toList();
      assertEquals(wanted, training.parameterPaths().stream().sorted().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "resnet50"})
  void everyTrainedParameterGetsAGradient(String name) throws Exception {
    Network network = Network.named(name);

    try (TrainingArchive training =
        TrainingArchive.open(directory, network, FormulaWeights.of(network, 16))) {
      List<String> wanted =
          network.parameters(16).stream()
              .filter(Parameter::trained)
              .map(Parameter::path)
              .sorted()
              .toList();
      List<String> moved =
          training.pathsWithGradient(List.of(image(64), FormulaWeights.image(64, 1)));
      assertEquals(wanted, moved.stream().sorted().toList());
    }
  }

  @Test
  void anExtensionTrainsAlong() throws Exception {
    Network network = Network.named("mobilenet_v2");
    Weights weights = FormulaWeights.of(network, 16);
    Weights classifier =
        new Weights(new LinkedHashMap<>())
            .with("classifier.weight", FormulaWeights.tensor("c", List.of(3, 16)));
    String source =
        """
        def scores(self: __torch__.Network, images: Tensor) -> Tensor:
          return torch.linear(self.unit(self.forward(images)), self.classifier_weight, None)
        """;

    try (TrainingArchive training =
        TrainingArchive.open(
            directory, network, weights, new TorchScriptArchive.Extension(source, classifier))) {
      float[][] scores = training.run("scores", List.of(image(64)));
      assertEquals(3, scores[0].length);
      assertTrue(training.parameterPaths().contains("classifier_weight"));
    }
  }

  @Test
  void unknownNetworkIsRefusedByName() {
    BrokenModelException refused =
        assertThrows(BrokenModelException.class, () -> Network.named("vgg16"));
    assertTrue(refused.getMessage().contains("'vgg16'"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "resnet50", "squeezenet1_1", "mobilenet_v1_075"})
  void everyParameterBelongsToOneStage(String name) throws Exception {
    Network network = Network.named(name);
    for (Parameter parameter : network.parameters()) {
      long stages =
          network.stages().stream()
              .filter(stage -> stage.stream().anyMatch(parameter.name()::startsWith))
              .count();
      assertEquals(1, stages, parameter.name());
    }
  }

  @Test
  void publishedClassifierIsLeftOut() throws Exception {
    Network network = Network.named("resnet50");
    Weights weights =
        FormulaWeights.of(network)
            .with("fc.bias", new Tensor(List.of(3), new float[] {1, 2, 3}))
            .with("bn1.num_batches_tracked", new Tensor(List.of(), new float[] {7}));
    Path file = directory.resolve("published.safetensors");
    weights.write(file, Weights.Storage.FP32);

    Weights read = network.read(file);

    network.check(read);
    assertTrue(read.find("fc.bias").isEmpty());
    assertArrayEquals(weights.get("conv1.weight").values(), read.get("conv1.weight").values());
  }
}
