package io.sketchstream.training.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.training.data.Variation;
import java.util.Map;

/// Every hyperparameter of a training. With the pictures and the initial weights it determines the
/// result, and it is kept in every checkpoint and in the manifest of the model.
///
/// @param network its name, as `encoder` knows it
/// @param dimension of the embedding
/// @param inputSize side of the squares trained on, in pixels
/// @param servedSize side of the squares that the model is served with. Crops make objects look
///   larger in training than they will be, so a little more than `inputSize` does better and costs
///   no training time (Touvron et al., 2019)
/// @param frozenStages how many of the network's first stages stay as they are; early layers see
///   edges and colours, and not training them saves a third of the time
/// @param iterations batches trained on
/// @param classesPerBatch P: classes in a batch
/// @param picturesPerDomain K: sketches, and photos, of each of them
/// @param objectives what is minimised
/// @param schedule how fast it learns
/// @param runs trainings from the same start, each with the next seed; the model is their mean
/// @param startShare how far the model is drawn back towards the start, 0 to 1: a little of it
///   helps classes that were never trained
/// @param variation how pictures are varied
/// @param seed of everything random
public record TrainingConfig(
    String network,
    int dimension,
    int inputSize,
    int servedSize,
    int frozenStages,
    int iterations,
    int classesPerBatch,
    int picturesPerDomain,
    Objectives objectives,
    Schedule schedule,
    int runs,
    double startShare,
    Variation variation,
    long seed) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainingConfig {
    requireRange("dimension", dimension, 2, 4096);
    requireRange("inputSize", inputSize, 32, 512);
    requireRange("servedSize", servedSize, 48, 512);
    requireRange("frozenStages", frozenStages, 0, 100);
    requireRange("iterations", iterations, 1, 10_000_000);
    requireRange("classesPerBatch", classesPerBatch, 2, 1000);
    requireRange("picturesPerDomain", picturesPerDomain, 1, 100);
    requireRange("runs", runs, 1, 100);
    requireRange("startShare", startShare, 0, 1);
  }

  /// The three objectives.
  ///
  /// @param classification weight of the semantic classification loss, nought switches it off
  /// @param quadruplet weight of the domain-balanced quadruplet loss, nought switches it off
  /// @param preservation weight of the semantic knowledge preservation loss, nought switches it off
  /// @param scale of the cosines in classification
  /// @param margin of the quadruplet loss, a distance on the unit sphere
  public record Objectives(
      double classification, double quadruplet, double preservation, double scale, double margin) {
    public Objectives {
      requireRange("classification", classification, 0, 1000);
      requireRange("quadruplet", quadruplet, 0, 1000);
      requireRange("preservation", preservation, 0, 1000);
      requireRange("scale", scale, 1, 1000);
      requireRange("margin", margin, 0, 2);
      if (classification + quadruplet + preservation == 0) {
        throw new IllegalArgumentException("at least one objective needs a weight above nought");
      }
    }
  }

  /// AdamW with warm-up and cosine decay.
  ///
  /// @param learningRate of what is new: the embedding and the heads
  /// @param trunkLearningRate of the pretrained trunk
  /// @param finalShare the part of it that is left in the end, 0 to 1
  /// @param warmUp iterations in which it rises from nought
  /// @param weightDecay decoupled; not applied to biases
  /// @param gradientNormMax longer gradients are shortened to this
  /// @param averageDecay the model is a moving average of the weights with this decay; nought takes
  ///   the last weights
  public record Schedule(
      double learningRate,
      double trunkLearningRate,
      double finalShare,
      int warmUp,
      double weightDecay,
      double gradientNormMax,
      double averageDecay) {
    public Schedule {
      requireRange("learningRate", learningRate, 0, 1);
      requireRange("trunkLearningRate", trunkLearningRate, 0, 1);
      requireRange("finalShare", finalShare, 0, 1);
      requireRange("warmUp", warmUp, 0, 1_000_000);
      requireRange("weightDecay", weightDecay, 0, 1);
      requireRange("gradientNormMax", gradientNormMax, 1e-6, 1e9);
      requireRange("averageDecay", averageDecay, 0, .999999);
    }

    /// The part of the learning rate that applies in an iteration.
    ///
    /// @param iteration counted from 0
    double share(int iteration, int iterations) {
      if (iteration < warmUp) {
        return (iteration + 1.0) / warmUp;
      }
      double progress = (iteration - warmUp) / Math.max(1.0, iterations - warmUp);
      return finalShare + (1 - finalShare) * (1 + Math.cos(Math.PI * progress)) / 2;
    }
  }

  /// A good start for most data. The default model was trained longer, with larger pictures and
  /// batches: its manifest has all values.
  public static TrainingConfig standard() {
    return new TrainingConfig(
        "mobilenet_v2",
        512,
        128,
        160,
        7,
        160,
        16,
        2,
        new Objectives(1, 1, 1, 16, .2),
        new Schedule(5e-4, 1e-4, .02, 15, 1e-4, 5, .97),
        2,
        .1,
        Variation.standard(),
        1);
  }

  /// This configuration with some values replaced.
  ///
  /// @param values by name, nested ones with dots: `iterations`, `schedule.learningRate`
  /// @throws IllegalArgumentException when a name is unknown or a value is none
  public TrainingConfig with(Map<String, String> values) {
    ObjectNode root = JSON.valueToTree(this);
    values.forEach((name, value) -> {
      int dot = name.lastIndexOf('.');
      JsonNode parent = dot < 0 ? root : root.path(name.substring(0, dot));
      String key = name.substring(dot + 1);
      if (!(parent instanceof ObjectNode object) || !object.has(key)) {
        throw new IllegalArgumentException("there is no setting " + name + ", only " + root);
      }
      object.put(key, value);
    });
    try {
      return JSON.treeToValue(root, TrainingConfig.class);
    } catch (JsonProcessingException e) {
      Throwable reason = e.getCause() instanceof IllegalArgumentException cause ? cause : e;
      throw new IllegalArgumentException(reason.getMessage(), e);
    }
  }

  private static void requireRange(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException("%s is %s to %s, not %s".formatted(name, min, max, value));
    }
  }
}
