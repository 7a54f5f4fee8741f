package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Parameter;
import io.sketchstream.encoder.network.TrainingDefaults;
import io.sketchstream.encoder.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each network under the recipe that is its own, with a teacher that knows twenty things.
final class RecipeTest extends TrainerFixture {
  private static final int KNOWN = 20;

  private static Stream<Arguments> recipes() {
    return Stream.of(
        Arguments.of("mobilenet_v2", Recipe.STANDARD),
        Arguments.of("efficientnet_lite0", Recipe.STANDARD),
        Arguments.of("efficientnet_lite2", Recipe.DEFAULT_MODEL),
        Arguments.of("resnet50", Recipe.TURSUN2022),
        Arguments.of("resnet50", Recipe.STANDARD));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void trainsTheTrunkAndLowersTheLoss(String name, Recipe recipe) throws Exception {
    Network network = Network.named(name);
    TrainingConfig config = repeatedBatch(recipe.config(name), 6);
    TrainingInput input = knowing(KNOWN);
    Trainer.Prepared prepared =
        Trainer.prepare(
            config,
            input,
            RandomWeights.of(network, 3),
            Optional.of(classifier(network)),
            TrainingProgress.SILENT);
    Weights before = prepared.start().weights();
    Weights after;
    List<TrainingStep> steps = new ArrayList<>();
    try (Trainer trainer = Trainer.start(config, input, prepared)) {
      trainer.train(steps::add);
      after = trainer.result();
    }
    int first = config.frozenStagesOf(network);
    int last = network.stages().size() - 1;
    for (int stage = first; stage <= last; stage++) {
      assertMoved(network, stage, before, after);
    }
    assertTrue(steps.getLast().loss() < steps.getFirst().loss(), steps::toString);
  }

  private static void assertMoved(Network network, int stage, Weights before, Weights after) {
    List<String> prefixes = network.stages().get(stage);
    List<Parameter> trained =
        network.parameters().stream()
            .filter(Parameter::trained)
            .filter(parameter -> prefixes.stream().anyMatch(parameter.name()::startsWith))
            .toList();
    assertFalse(trained.isEmpty(), prefixes::toString);
    for (Parameter parameter : trained) {
      assertFalse(
          Arrays.equals(
              before.get(parameter.name()).values(), after.get(parameter.name()).values()),
          () -> parameter.name() + " stayed as it was");
    }
  }

  @Test
  void takesSizesRatesAndFrozenStagesFromTheNetwork() throws Exception {
    for (String name : Network.names()) {
      Optional<TrainingDefaults> defaults = Network.named(name).training();
      if (defaults.isEmpty()) {
        assertThrows(IllegalArgumentException.class, () -> Recipe.STANDARD.config(name));
        continue;
      }
      TrainingConfig config = Recipe.STANDARD.with(Map.of("network", name));
      assertEquals(name, config.network());
      assertEquals(defaults.get().inputSize(), config.inputSize());
      assertEquals(defaults.get().servedSize(), config.servedSize());
      assertEquals(defaults.get().learningRate(), config.schedule().learningRate());
      assertEquals(defaults.get().trunkLearningRate(), config.schedule().trunkLearningRate());
      int stages = Network.named(name).stages().size();
      assertEquals(
          Math.round(defaults.get().frozenShare() * stages),
          config.frozenStagesOf(Network.named(name)));
    }
    assertEquals(224, Recipe.TURSUN2022.config().inputSize());
    assertEquals(96, Recipe.TURSUN2022.with(Map.of("inputSize", "96")).inputSize());
  }

  @Test
  void trainsEveryNetworkThatIsNotOnlyATeacher() throws Exception {
    Set<Object> tried = new HashSet<>();
    recipes().forEach(arguments -> tried.add(arguments.get()[0]));
    Set<Object> trainable = new HashSet<>();
    for (String name : Network.names()) {
      Network.named(name).training().ifPresent(_ -> trainable.add(name));
    }
    assertEquals(trainable, tried);
  }

  @Test
  void refusesToFreezeAllStages() throws Exception {
    Network network = Network.named("resnet50");
    TrainingConfig all = Recipe.TURSUN2022.with(Map.of("frozenStages", "5"));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> all.frozenStagesOf(network));
    assertTrue(refused.getMessage().contains("leaves nothing"), refused.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new TrainingDefaults(1, 128, 128, 1e-4, 1e-5));
  }

  @Test
  void usesOnlyTheObjectivesOfThePaperInItsRecipe() {
    TrainingConfig config = Recipe.TURSUN2022.config();
    assertEquals(
        Map.of("classification", 1.0, "quadruplet", 1.0, "preservation", 1.0),
        config.objectives().weights());
    assertTrue(config.objectives().trainedHead());
    assertTrue(config.classifierStart());
    assertEquals(0, config.frozenStages());
    assertEquals(0, config.startShare());
    assertEquals(0, config.schedule().averageDecay());
    assertEquals(1, config.runs());
    assertEquals(40, config.composition().size());
  }

  /// The embedding of a training that starts from the classifier tells apart what its rows do.
  @Test
  void separatesTheClassifiersRowsInItsEmbedding() throws Exception {
    int width = 6;
    float[] rows = new float[4 * width];
    for (int row = 0; row < 4; row++) {
      rows[row * width + row % 2] = row < 2 ? 1 : -1; // Along the first two axes only.
    }
    float[] features = new float[8 * width];
    Arrays.fill(features, 1);
    LinearMap start =
        new EmbeddingStart(features, features, width)
            .ofClassifier(new LinearMap(rows, new float[4]), 2);
    for (int output = 0; output < 2; output++) {
      for (int i = 2; i < width; i++) {
        assertEquals(0, start.weight()[output * width + i], 1e-5);
      }
    }
    float[] embedded = start.applyAll(features);
    assertEquals(4, Math.hypot(embedded[0], embedded[1]), 1e-4);
  }

  private static LinearMap classifier(Network network) {
    Random random = new Random(2);
    float[] weight = new float[KNOWN * network.dimension()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian();
    }
    return new LinearMap(weight, new float[KNOWN]);
  }
}
