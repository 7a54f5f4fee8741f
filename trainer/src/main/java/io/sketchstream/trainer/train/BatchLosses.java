package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.sketchstream.trainer.data.Batch;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.loss.ClassificationLoss;
import io.sketchstream.trainer.loss.CosineDistanceLoss;
import io.sketchstream.trainer.loss.PreservationLoss;
import io.sketchstream.trainer.loss.PrototypeLoss;
import io.sketchstream.trainer.loss.QuadrupletLoss;
import io.sketchstream.trainer.loss.Scalars;
import io.sketchstream.trainer.loss.SoftTargets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// The losses of a batch by objective, weighted as configured.
///
/// **Threads:** one. **Owns:** nothing; its fixed tensors live as long as the manager it is given.
final class BatchLosses {
  private final TrainingConfig.Objectives objectives;
  private final Supervision supervision;
  private final Heads heads;
  private final ClassificationLoss classification;
  private final QuadrupletLoss quadruplet;
  private final Optional<PreservationLoss> preservation;
  private final CosineDistanceLoss cosineDistance = new CosineDistanceLoss();
  private final Optional<PrototypeLoss> prototypes;

  /// The losses of one batch.
  ///
  /// @param weighted the minimised sum
  /// @param losses by objective; only enabled ones
  /// @param least lower bound of a loss by objective; 0 if there is no entry
  record Result(NDArray weighted, SequencedMap<String, NDArray> losses, Map<String, Double> least) {

    /// The values of the losses above their lower bounds.
    SequencedMap<String, Double> values() {
      SequencedMap<String, Double> values = new LinkedHashMap<>();
      losses.forEach(
          (name, loss) -> values.put(name, loss.getFloat() - least.getOrDefault(name, 0.0)));
      return values;
    }
  }

  /// @param heads trained along with the network
  /// @param classifier of the pretrained trunk; prototypes need it
  BatchLosses(
      TrainingConfig.Objectives objectives,
      Supervision supervision,
      Heads heads,
      Optional<LinearMap> classifier) {
    this.objectives = objectives;
    this.supervision = supervision;
    this.heads = heads;
    NDManager manager = heads.classVectors().getManager();
    int dimension = (int) heads.classVectors().getShape().get(1);
    classification = new ClassificationLoss(objectives.scale());
    quadruplet = new QuadrupletLoss(objectives.margin());
    preservation =
        objectives.preservation() > 0
            ? Optional.of(preservation(manager, dimension))
            : Optional.empty();
    prototypes =
        objectives.prototypes() > 0
            ? classifier.map(pretrained ->
                new PrototypeLoss(
                    rows(manager, supervision.prototypes(pretrained), dimension),
                    objectives.scale()))
            : Optional.empty();
  }

  private PreservationLoss preservation(NDManager manager, int dimension) {
    if (heads.preserve()) {
      return new PreservationLoss(heads.preservationWeight(), heads.preservationBias());
    }
    LinearMap head = supervision.preservationHead();
    return new PreservationLoss(
        rows(manager, head.weight(), dimension), manager.create(head.bias()));
  }

  private static NDArray rows(NDManager manager, float[] values, int width) {
    return manager.create(values, new Shape(values.length / width, width));
  }

  /// @param embeddings embeddings of the batch's pictures before normalisation
  Result of(Batch batch, NDArray embeddings) {
    NDManager manager = embeddings.getManager();
    int pairs = batch.sketches().size();
    NDArray unit = embeddings.normalize(2, 1);
    NDArray sketches = unit.get(new NDIndex("0:" + pairs));
    NDArray photos = unit.get(new NDIndex(pairs + ":" + 2 * pairs));
    SequencedMap<String, NDArray> losses = new LinkedHashMap<>();
    Map<String, Double> least = new LinkedHashMap<>();
    int[] labels = supervision.labels(batch.sketches());
    for (String objective : objectives.weights().keySet()) {
      losses.put(
          objective,
          switch (objective) {
            case TrainingConfig.CLASSIFICATION ->
                classification.of(
                    unit.get(new NDIndex("0:" + 2 * pairs)), heads.classVectors(), twice(labels));
            case TrainingConfig.QUADRUPLET -> quadruplet.of(sketches, photos, labels);
            case TrainingConfig.PRESERVATION -> {
              float[] answers = supervision.answers(batch, objectives.trainedHead());
              int count = answers.length / supervision.answerWidth();
              least.put(objective, SoftTargets.entropy(answers, count));
              yield preservation
                  .orElseThrow()
                  .of(
                      embeddings.get(new NDIndex("0:" + count)),
                      rows(manager, answers, supervision.answerWidth()));
            }
            case TrainingConfig.PHOTO_ANCHORING -> photoAnchoring(batch, unit, photos);
            case TrainingConfig.SKETCH_ALIGNMENT ->
                cosineDistance.of(
                    sketches, anchors(manager, supervision.anchors(batch.sketches()), pairs));
            case TrainingConfig.PROTOTYPES -> prototypes(batch, unit, sketches, least);
            default -> throw new IllegalStateException(objective);
          });
    }
    return new Result(weighted(losses), losses, least);
  }

  private static int[] twice(int[] labels) {
    return IntStream.concat(IntStream.of(labels), IntStream.of(labels)).toArray();
  }

  private static NDArray anchors(NDManager manager, float[] anchors, int count) {
    return rows(manager, anchors, anchors.length / count);
  }

  /// Keeps the photos, labelled and unlabelled, at their initial embeddings.
  private NDArray photoAnchoring(Batch batch, NDArray unit, NDArray photos) {
    List<Example> anchored = new ArrayList<>(batch.photos());
    anchored.addAll(batch.unlabelledPhotos());
    NDArray embedded =
        batch.unlabelled() == 0
            ? photos
            : photos.concat(unit.get(new NDIndex(batch.labelled() + ":")));
    return cosineDistance.of(
        embedded, anchors(unit.getManager(), supervision.anchors(anchored), anchored.size()));
  }

  private NDArray prototypes(
      Batch batch, NDArray unit, NDArray sketches, Map<String, Double> least) {
    NDManager manager = unit.getManager();
    int pairs = batch.sketches().size();
    NDArray drawn =
        batch.words() == 0
            ? sketches
            : sketches.concat(unit.get(new NDIndex(2 * pairs + ":" + batch.labelled())));
    float[] targets = supervision.prototypeTargets(batch);
    int count = pairs + batch.words();
    int width = targets.length / count;
    least.put(TrainingConfig.PROTOTYPES, SoftTargets.entropy(targets, count));
    return prototypes
        .orElseThrow()
        .of(
            drawn,
            rows(manager, targets, width),
            rows(manager, supervision.excludedPrototypes(batch), width));
  }

  private NDArray weighted(SequencedMap<String, NDArray> losses) {
    NDArray sum = null;
    for (Map.Entry<String, Double> entry : objectives.weights().entrySet()) {
      NDArray part = Scalars.times(losses.get(entry.getKey()), entry.getValue());
      sum = sum == null ? part : sum.add(part);
    }
    return sum;
  }
}
