package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.TrainingDefaults;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.trainer.data.Augmentation;
import java.util.Map;

/// The recipes: initial values of every setting. Input sizes and learning rates are those of the
/// network, see [TrainingDefaults].
public enum Recipe {
  /// For custom photos and sketches.
  STANDARD("mobilenet_v2") {
    @Override
    TrainingConfig config(String network, TrainingDefaults defaults) {
      return new TrainingConfig(
          network,
          512,
          defaults.inputSize(),
          defaults.servedSize(),
          PhotoFit.WHOLE,
          PhotoFit.CENTRE,
          SketchFit.SQUARE,
          TrainingConfig.FROZEN_BY_NETWORK,
          160,
          16,
          2,
          0,
          16,
          .4,
          .15,
          new TrainingConfig.Objectives(1, 1, 1, 3, 1, 0, false, 16, .2),
          new Schedule(
              defaults.learningRate(), defaults.trunkLearningRate(), .02, 15, 1e-4, 5, .97),
          2,
          .1,
          0,
          500,
          Augmentation.standard(),
          false,
          1);
    }
  },

  /// The recipe of the default model; needs the words and the classifier of the network.
  DEFAULT_MODEL("efficientnet_lite2") {
    @Override
    TrainingConfig config(String network, TrainingDefaults defaults) {
      return STANDARD
          .config(network, defaults)
          .with(
              Map.of(
                  "iterations", "1000",
                  "wordsPerBatch", "16",
                  "objectives.prototypes", "1",
                  "schedule.warmUp", "25",
                  "schedule.averageDecay", ".99",
                  "sketchFit", "MIRRORED",
                  "whitening", ".175"));
    }
  },

  /// Only Tursun et al. 2022: ResNet-50, all of it trained with the three objectives, equally
  /// weighted. What their paper leaves open follows similar recipes (SAKE, TCN): batches of 40, the
  /// embedding from the classifier, a tenth of the learning rate for the trunk.
  TURSUN2022("resnet50") {
    @Override
    TrainingConfig config(String network, TrainingDefaults defaults) {
      return new TrainingConfig(
          network,
          512,
          defaults.inputSize(),
          defaults.servedSize(),
          PhotoFit.WHOLE,
          PhotoFit.WHOLE,
          SketchFit.PAGE,
          0,
          8000,
          10,
          2,
          0,
          0,
          0,
          0,
          new TrainingConfig.Objectives(1, 1, 1, 0, 0, 0, true, 16, .2),
          new Schedule(defaults.learningRate(), defaults.trunkLearningRate(), 0, 0, 5e-4, 1e9, 0),
          1,
          0,
          0,
          0,
          Augmentation.mirrored(),
          true,
          1);
    }
  };

  private final String network;

  Recipe(String network) {
    this.network = network;
  }

  /// The settings for its own network.
  public TrainingConfig config() {
    return config(network);
  }

  /// The settings for a network.
  ///
  /// @throws IllegalArgumentException when there is no such network, or it is only a teacher
  public TrainingConfig config(String network) {
    try {
      TrainingDefaults defaults =
          Network.named(network)
              .training()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      network + " is only a teacher; it can't be trained"));
      return config(network, defaults);
    } catch (BrokenModelException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// The settings for this network and some others.
  ///
  /// @param values by name, as for [TrainingConfig#with]; `network` is one of them
  /// @throws IllegalArgumentException when a name is unknown or a value is not valid
  public TrainingConfig with(Map<String, String> values) {
    return config(values.getOrDefault("network", network)).with(values);
  }

  abstract TrainingConfig config(String network, TrainingDefaults defaults);
}
