package io.sketchstream.cli;

import io.sketchstream.trainer.train.Recipe;
import io.sketchstream.trainer.train.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// Options that say how to train. Options that are not given are as in the recipe.
final class TrainingRecipe {
  private final Map<String, String> values = new LinkedHashMap<>();

  @Option(
      names = "--recipe",
      converter = NameConverter.class,
      paramLabel = "NAME",
      description =
          "standard: for your own photos and sketches; default-model: the recipe of the model that"
              + " ships, with words and prototypes; tursun2022: ResNet-50 with only the three"
              + " objectives of the paper (default ${DEFAULT-VALUE}).",
      defaultValue = "standard")
  private Recipe recipe;

  @Option(
      names = "--network",
      description = "mobilenet_v2, efficientnet_lite0, efficientnet_lite2 or resnet50.")
  void network(String name) {
    values.put("network", name);
  }

  @Option(names = "--dimension", paramLabel = "N", description = "Dimensions of the embedding.")
  void dimension(int dimension) {
    values.put("dimension", String.valueOf(dimension));
  }

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Side of the square training images, in pixels.")
  void size(int size) {
    values.put("inputSize", String.valueOf(size));
  }

  @Option(
      names = "--served-size",
      paramLabel = "N",
      description = "Side of the square images for evaluation and serving, in pixels.")
  void servedSize(int size) {
    values.put("servedSize", String.valueOf(size));
  }

  @Option(names = "--iterations", paramLabel = "N", description = "Batches to train on.")
  void iterations(int iterations) {
    values.put("iterations", String.valueOf(iterations));
  }

  @Option(
      names = "--classification",
      paramLabel = "WEIGHT",
      description = "Weight of the semantic classification loss; 0 disables it.")
  void classification(double weight) {
    values.put("objectives.classification", String.valueOf(weight));
  }

  @Option(
      names = "--quadruplet",
      paramLabel = "WEIGHT",
      description = "Weight of the domain-balanced quadruplet loss; 0 disables it.")
  void quadruplet(double weight) {
    values.put("objectives.quadruplet", String.valueOf(weight));
  }

  @Option(
      names = "--preservation",
      paramLabel = "WEIGHT",
      description = "Weight of the semantic knowledge preservation loss; 0 disables it.")
  void preservation(double weight) {
    values.put("objectives.preservation", String.valueOf(weight));
  }

  @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
  void seed(long seed) {
    values.put("seed", String.valueOf(seed));
  }

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Trainings from the same start with different seeds; the model is their mean.")
  void runs(int runs) {
    values.put("runs", String.valueOf(runs));
  }

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "Any other setting, such as schedule.learningRate=5e-4 or augmentation.flip=false; the"
              + " recipe in a model's manifest.json has them all.")
  void set(Map<String, String> more) {
    values.putAll(more);
  }

  /// Reads `default-model` as its constant.
  static final class NameConverter implements CommandLine.ITypeConverter<Recipe> {
    @Override
    public Recipe convert(String name) {
      return switch (name) {
        case "standard" -> Recipe.STANDARD;
        case "default-model" -> Recipe.DEFAULT_MODEL;
        case "tursun2022" -> Recipe.TURSUN2022;
        default ->
            throw new CommandLine.TypeConversionException(
                "'%s' is not standard, default-model or tursun2022".formatted(name));
      };
    }
  }

  /// @throws IllegalArgumentException when a setting is unknown or out of range
  TrainingConfig config() {
    return recipe.with(values);
  }
}
