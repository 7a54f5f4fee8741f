package io.sketchstream.trainer.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.TrainingDefaults;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.score.Hubness;
import io.sketchstream.trainer.data.Augmentation;
import io.sketchstream.trainer.data.BatchSampler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// All hyperparameters of a training. With the pictures and the initial weights they determine the
/// result; they are kept in every checkpoint and in the manifest of the model.
///
/// @param network its name in `encoder`
/// @param dimension of the embedding
/// @param inputSize side of the squares trained on, in pixels
/// @param servedSize side of the squares that the model is served with. More pixels than in
///   training do better and cost no training time (Touvron et al., 2019)
/// @param photoFit which part of a photo is trained on
/// @param servedPhotoFit which part of a photo the model is served with. Things that are larger
///   than in training do better (Touvron et al., 2019)
/// @param sketchFit how sketches are fitted into the square
/// @param frozenStages how many of the network's first stages stay as they are. -1: the share that
///   is usual for the network
/// @param iterations batches trained on
/// @param classesPerBatch P: classes in a batch
/// @param picturesPerDomain K: sketches per class, and photos per class
/// @param wordsPerBatch W: drawings of words that have an ImageNet name; 0 if there are none
/// @param unlabelledPerBatch R: photos without a class, which keep their embedding; 0 if there are
///   none
/// @param strokeShare how often a sketch is one of strokes, where its class has sketches too
/// @param thumbnailShare how often a photo is one of 64 pixels, where its class has larger ones
/// @param objectives what is minimised
/// @param schedule how fast it learns
/// @param runs trainings from the same start, each with the next seed; the model is their mean
/// @param startShare how far the model is drawn back towards the start, 0 to 1: a little of it
///   helps classes that were never trained
/// @param whitening how far the embedding is whitened at the end, see [Whitening]: 0 not at all,
///   0.5 completely
/// @param bankSize training sketches whose embeddings are kept with the model, by which hub photos
///   are recognised
/// @param augmentation how pictures are augmented
/// @param classifierStart whether the embedding starts as the principal directions of the network's
///   own classifier, or at random if it has none; otherwise as those of the training pictures
/// @param seed seed of all random numbers
public record TrainingConfig(
    String network,
    int dimension,
    int inputSize,
    int servedSize,
    PhotoFit photoFit,
    PhotoFit servedPhotoFit,
    SketchFit sketchFit,
    int frozenStages,
    int iterations,
    int classesPerBatch,
    int picturesPerDomain,
    int wordsPerBatch,
    int unlabelledPerBatch,
    double strokeShare,
    double thumbnailShare,
    Objectives objectives,
    Schedule schedule,
    int runs,
    double startShare,
    double whitening,
    int bankSize,
    Augmentation augmentation,
    boolean classifierStart,
    long seed) {

  /// Freezes the share that is usual for the network.
  static final int FROZEN_BY_NETWORK = -1;

  static final String CLASSIFICATION = "classification";
  static final String QUADRUPLET = "quadruplet";
  static final String PRESERVATION = "preservation";
  static final String PHOTO_ANCHORING = "photoAnchoring";
  static final String SKETCH_ALIGNMENT = "sketchAlignment";
  static final String PROTOTYPES = "prototypes";

  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainingConfig {
    SettingRange.require("dimension", dimension, 2, 4096);
    SettingRange.require("inputSize", inputSize, 48, 512);
    SettingRange.require("servedSize", servedSize, 48, 512);
    SettingRange.require("frozenStages", frozenStages, FROZEN_BY_NETWORK, 100);
    SettingRange.require("iterations", iterations, 1, 10_000_000);
    SettingRange.require("classesPerBatch", classesPerBatch, 2, 1000);
    SettingRange.require("picturesPerDomain", picturesPerDomain, 1, 100);
    SettingRange.require("wordsPerBatch", wordsPerBatch, 0, 1000);
    SettingRange.require("unlabelledPerBatch", unlabelledPerBatch, 0, 1000);
    SettingRange.require("strokeShare", strokeShare, 0, 1);
    SettingRange.require("thumbnailShare", thumbnailShare, 0, 1);
    SettingRange.require("bankSize", bankSize, 0, Hubness.ROWS_MAX);
    SettingRange.require("runs", runs, 1, 100);
    SettingRange.require("startShare", startShare, 0, 1);
    SettingRange.require("whitening", whitening, 0, .5);
  }

  /// The objectives: a weighted sum is minimised; weight 0 disables an objective.
  ///
  /// @param classification cosine softmax over the classes, for sketches and photos
  /// @param quadruplet sketches close to photos of their class, far from those of others
  /// @param preservation a head on the embedding still predicts the teacher's answers
  /// @param photoAnchoring augmented photos stay at the initial embedding of their photo
  /// @param sketchAlignment sketches move to the initial mean of their class's photos
  /// @param prototypes cosine softmax of sketches over the classes of ImageNet as well; needs a
  ///   network with a classifier
  /// @param trainedHead whether the preservation head is trained and each picture has the answer of
  ///   its class, as in Tursun et al.; otherwise the head is fixed and a photo has its own answer
  /// @param scale factor of the cosines in classification and prototypes
  /// @param margin of the quadruplet loss, a distance on the unit sphere
  public record Objectives(
      double classification,
      double quadruplet,
      double preservation,
      double photoAnchoring,
      double sketchAlignment,
      double prototypes,
      boolean trainedHead,
      double scale,
      double margin) {
    public Objectives {
      SettingRange.require("classification", classification, 0, 1000);
      SettingRange.require("quadruplet", quadruplet, 0, 1000);
      SettingRange.require("preservation", preservation, 0, 1000);
      SettingRange.require("photoAnchoring", photoAnchoring, 0, 1000);
      SettingRange.require("sketchAlignment", sketchAlignment, 0, 1000);
      SettingRange.require("prototypes", prototypes, 0, 1000);
      SettingRange.require("scale", scale, 1, 1000);
      SettingRange.require("margin", margin, 0, 2);
      if (classification + quadruplet + preservation + sketchAlignment + prototypes == 0) {
        throw new IllegalArgumentException("at least one objective needs a weight above 0");
      }
    }

    /// The weights of enabled objectives by name.
    SequencedMap<String, Double> weights() {
      SequencedMap<String, Double> weights = new LinkedHashMap<>();
      weights.put(CLASSIFICATION, classification);
      weights.put(QUADRUPLET, quadruplet);
      weights.put(PRESERVATION, preservation);
      weights.put(PHOTO_ANCHORING, photoAnchoring);
      weights.put(SKETCH_ALIGNMENT, sketchAlignment);
      weights.put(PROTOTYPES, prototypes);
      weights.values().removeIf(weight -> weight == 0);
      return weights;
    }
  }

  /// This configuration with some values replaced.
  ///
  /// @param values values by name, nested ones with dots: `iterations`, `schedule.learningRate`
  /// @throws IllegalArgumentException when a name is unknown or a value is not valid
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
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(mistake(e, values), e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration can't be copied", e);
    }
  }

  /// The parser's own message would name our classes.
  private static String mistake(JsonMappingException e, Map<String, String> values) {
    if (e.getCause() instanceof IllegalArgumentException ours) {
      return ours.getMessage();
    }
    String name =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .collect(Collectors.joining("."));
    boolean named = e instanceof InvalidFormatException format && format.getTargetType().isEnum();
    return "%s is '%.100s', not %s"
        .formatted(name, values.get(name), named ? "one of its values" : "a number");
  }

  /// The number of first stages of a network that are not trained.
  ///
  /// @throws IllegalArgumentException when nothing of its trunk would be trained
  int frozenStagesOf(Network trained) {
    int stages = trained.stages().size();
    double share = trained.training().map(TrainingDefaults::frozenShare).orElse(0.0);
    int frozen =
        frozenStages == FROZEN_BY_NETWORK ? (int) Math.round(share * stages) : frozenStages;
    if (frozen >= stages) {
      throw new IllegalArgumentException(
          "%s has %d stages; freezing %d leaves nothing of it to train"
              .formatted(trained.name(), stages, frozen));
    }
    return frozen;
  }

  /// What pictures are scaled to before the model sees them.
  ModelInput input() {
    return new ModelInput(servedSize, servedPhotoFit, sketchFit);
  }

  /// What a batch consists of.
  BatchSampler.Composition composition() {
    return new BatchSampler.Composition(
        classesPerBatch,
        picturesPerDomain,
        wordsPerBatch,
        unlabelledPerBatch,
        strokeShare,
        thumbnailShare);
  }
}
