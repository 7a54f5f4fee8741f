package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.sketchstream.images.PreparedImage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

  private static List<String> names() {
    return Network.names();
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
  @MethodSource("names")
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
  @ValueSource(strings = {"mobilenet_v2", "efficientnet_lite0", "resnet50"})
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
  @ValueSource(strings = {"mobilenet_v2", "efficientnet_lite0", "resnet50"})
  void listsParametersAsLibtorchDoes(String name) throws Exception {
    Network network = Network.named(name);

    try (TrainingArchive training =
        TrainingArchive.open(directory, network, FormulaWeights.of(network, 16))) {
      List<String> wanted = network.parameters(16).stream().map(Parameter::path).sorted().toList();
      assertEquals(wanted, training.parameterPaths().stream().sorted().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v2", "efficientnet_lite0", "resnet50"})
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
  void stopsGradientsAtFrozenStages() throws Exception {
    Network network = Network.named("efficientnet_lite2");
    try (TrainingArchive training =
        TrainingArchive.open(directory, network, FormulaWeights.of(network, 16))) {
      List<String> frozen =
          network.stages().subList(0, 4).stream().flatMap(prefixes -> prefixes.stream()).toList();
      for (Parameter parameter : network.parameters()) {
        if (frozen.stream().anyMatch(parameter.name()::startsWith)) {
          training.freeze(parameter.path());
        }
      }
      List<String> wanted =
          network.parameters(16).stream()
              .filter(parameter -> frozen.stream().noneMatch(parameter.name()::startsWith))
              .map(Parameter::path)
              .sorted()
              .toList();
      List<String> moved =
          training.pathsWithGradient(List.of(image(64), FormulaWeights.image(64, 1)));
      assertEquals(wanted, moved.stream().sorted().toList());
      assertTrue(moved.stream().noneMatch(path -> path.startsWith("blocks_6_")));
      assertTrue(moved.contains("blocks_7_expand.weight"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet_lite0", "efficientnet_lite2"})
  void stagesAreTheStemEachWidthAndTheHead(String name) throws Exception {
    Network network = Network.named(name);
    assertEquals(9, network.stages().size());
    assertEquals(List.of("stem."), network.stages().getFirst());
    assertEquals(List.of("head."), network.stages().getLast());
  }

  /// Once in serving, once in training, from the features that the same archive gives.
  @Test
  void computesLogitsByTheClassifierOfTheFeatures() throws Exception {
    Network network = Network.named("efficientnet_lite0");
    Classifier classifier = network.classifier().orElseThrow();
    Weights weights = FormulaWeights.of(network, 16);
    for (var shape : classifier.shapes(network.dimension()).entrySet()) {
      weights =
          weights.with(shape.getKey(), FormulaWeights.tensor(shape.getKey(), shape.getValue()));
    }
    List<PreparedImage> batch = List.of(image(64), FormulaWeights.image(64, 1));
    try (TorchNetwork serving = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu());
        TrainingArchive training = TrainingArchive.open(directory, network, weights)) {
      float[][] features = serving.run("trunk", batch);
      float[][] served = serving.run("logits", batch);
      float[][] trained = training.run("logits", batch);
      for (int i = 0; i < batch.size(); i++) {
        float[] wanted = logits(weights, classifier, features[i]);
        assertTrue(difference(wanted, served[i]) <= 1e-4f);
        assertTrue(difference(wanted, trained[i]) <= 1e-4f);
      }
      assertEquals(16, serving.forward(batch)[0].length);
      List<String> paths = network.parameters(16).stream().map(Parameter::path).sorted().toList();
      assertEquals(paths, training.parameterPaths().stream().sorted().toList());
    }
  }

  private static float[] logits(Weights weights, Classifier classifier, float[] features) {
    float[] rows = weights.get(classifier.weight()).values();
    float[] logits = weights.get(classifier.bias()).values().clone();
    for (int row = 0; row < logits.length; row++) {
      double sum = logits[row];
      for (int i = 0; i < features.length; i++) {
        sum += (double) rows[row * features.length + i] * features[i];
      }
      logits[row] = (float) sum;
    }
    return logits;
  }

  @Test
  void outputsTheLogitsOfATeacher() throws Exception {
    Network network = Network.named("squeezenet1_1");
    try (TorchNetwork torch =
        TorchNetwork.open(network, FormulaWeights.of(network), Precision.FP32, Device.cpu())) {
      List<PreparedImage> batch = List.of(image(64));
      assertArrayEquals(torch.run("trunk", batch)[0], torch.run("logits", batch)[0]);
    }
  }

  @Test
  void refusesAnUnknownNetworkByName() {
    BrokenModelException refused =
        assertThrows(BrokenModelException.class, () -> Network.named("vgg16"));
    assertTrue(refused.getMessage().contains("'vgg16'"), refused.getMessage());
  }

  @ParameterizedTest
  @MethodSource("names")
  void assignsEveryParameterToOneStage(String name) throws Exception {
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
  void readsAPublishedClassifierOnRequest() throws Exception {
    Network network = Network.named("resnet50");
    Path file = directory.resolve("published.safetensors");
    Weights weights =
        FormulaWeights.of(network)
            .with("fc.weight", new Tensor(List.of(1000, 2048), new float[2_048_000]))
            .with("fc.bias", new Tensor(List.of(1000), new float[1000]))
            .with("bn1.num_batches_tracked", new Tensor(List.of(), new float[] {7}));
    weights.write(file, Weights.Storage.FP32);

    Weights trunk = network.read(file);
    Weights whole = network.readWithClassifier(file);

    network.check(trunk);
    network.check(whole);
    assertTrue(trunk.find("fc.bias").isEmpty());
    assertEquals(List.of(1000, 2048), whole.get("fc.weight").shape());
    assertTrue(whole.find("bn1.num_batches_tracked").isEmpty());
    assertArrayEquals(weights.get("conv1.weight").values(), trunk.get("conv1.weight").values());
  }

  @Test
  void refusesAMissingOrMisshapenClassifier() throws Exception {
    Network network = Network.named("efficientnet_lite0");
    Weights trunk = FormulaWeights.of(network);
    Path file = directory.resolve("trunk.safetensors");
    trunk.write(file, Weights.Storage.FP16);
    assertRefused("holds no classifier", () -> network.readWithClassifier(file));

    Weights half = trunk.with("fc.weight", new Tensor(List.of(1000, 1280), new float[1_280_000]));
    assertRefused("lacks tensor fc.bias", () -> network.check(half));
    Weights narrow = half.with("fc.bias", new Tensor(List.of(3), new float[3]));
    assertRefused("tensor fc.bias has shape [3]", () -> network.check(narrow));
    Network none = Network.named("mobilenet_v2");
    Weights foreign = FormulaWeights.of(none).with("fc.bias", half.get("head.bias"));
    assertRefused("mobilenet_v2 has no tensor fc.bias", () -> none.check(foreign));
  }

  private static void assertRefused(String reason, Executable executable) {
    String message = assertThrows(BrokenModelException.class, executable).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
