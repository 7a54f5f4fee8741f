package io.sketchstream.training.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.training.data.Batch;
import io.sketchstream.training.data.BatchLoader;
import io.sketchstream.training.data.BatchSampler;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import io.sketchstream.training.loss.ClassificationLoss;
import io.sketchstream.training.loss.PreservationLoss;
import io.sketchstream.training.loss.QuadrupletLoss;
import io.sketchstream.training.loss.Scalars;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Trains a network as Tursun et al. 2022 do: one CNN for sketches and photos, fine-tuned end to
/// end with a domain-balanced quadruplet loss, a semantic classification loss and a semantic
/// knowledge preservation loss.
///
/// **Threads:** one, the trainer. **Owns:** the network, its optimiser and their native memory,
/// until [#close].
public final class Trainer implements AutoCloseable {
  private static final String NETWORK = "network/";
  private static final String ITERATION = "iteration";

  private final TrainingConfig config;
  private final LabelledPictures pictures;
  private final PictureReader reader;
  private final List<String> classes;
  private final TrainableNetwork network;
  private final Heads heads;
  private final AdamW optimiser;
  private final ClassificationLoss classification;
  private final QuadrupletLoss quadruplet;
  private final PreservationLoss preservation;
  private int iteration;

  private Trainer(
      TrainingConfig config,
      LabelledPictures pictures,
      PictureReader reader,
      TeacherTable teacher,
      Weights weights,
      Function<NDManager, Heads> heads)
      throws BrokenModelException {
    this.config = config;
    this.pictures = pictures;
    this.reader = reader;
    classes = pictures.pairedClasses();
    network = TrainableNetwork.load(Network.named(config.network()), weights);
    network.freeze(config.frozenStages());
    this.heads = heads.apply(network.manager());
    classification = new ClassificationLoss(config.objectives().scale());
    quadruplet = new QuadrupletLoss(config.objectives().margin());
    preservation = new PreservationLoss(teacher.table(classes));
    optimiser = optimiser();
  }

  /// Prepares a training from its beginning.
  ///
  /// @param initial pretrained weights of the network
  /// @param teacher covers every class that has photos and sketches
  /// @throws BrokenModelException when the weights are none of this network
  public static Trainer start(
      TrainingConfig config,
      LabelledPictures pictures,
      PictureReader reader,
      TeacherTable teacher,
      Weights initial)
      throws BrokenModelException {
    Network network = Network.named(config.network());
    Start start = Start.of(network, initial, pictures, reader, config);
    int dimension = network.dimensionWith(start.weights());
    return new Trainer(
        config,
        pictures,
        reader,
        teacher,
        start.weights(),
        manager ->
            Heads.create(manager, start.classMeans(), dimension, teacher.width(), config.seed()));
  }

  /// Goes on where a checkpoint was taken; the rest is the same to the bit as without the break.
  ///
  /// @param config the one that the checkpoint was made with
  /// @param checkpoint of [#checkpoint]
  /// @throws BrokenModelException when the checkpoint is none of this configuration
  public static Trainer resume(
      TrainingConfig config,
      LabelledPictures pictures,
      PictureReader reader,
      TeacherTable teacher,
      Weights checkpoint)
      throws BrokenModelException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    checkpoint
        .tensors()
        .forEach((name, tensor) -> {
          if (name.startsWith(NETWORK)) {
            tensors.put(name.substring(NETWORK.length()), tensor);
          }
        });
    Trainer trainer =
        new Trainer(
            config,
            pictures,
            reader,
            teacher,
            new Weights(tensors),
            manager -> Heads.restore(manager, checkpoint));
    trainer.optimiser.restore(checkpoint);
    trainer.iteration = (int) checkpoint.get(ITERATION).values()[0];
    return trainer;
  }

  /// Everything that the coming iterations depend on, besides the configuration and the pictures.
  public Weights checkpoint() {
    SequencedMap<String, NDArray> state = new LinkedHashMap<>();
    network.tensors().forEach((name, array) -> state.put(NETWORK + name, array));
    state.putAll(heads.state());
    state.putAll(optimiser.state());
    float[] done = {iteration};
    return TrainableNetwork.copy(state).with(ITERATION, new Tensor(List.of(1), done));
  }

  private AdamW optimiser() {
    TrainingConfig.Schedule schedule = config.schedule();
    SequencedMap<String, NDArray> trained = new LinkedHashMap<>();
    Map<String, Double> learningRates = new LinkedHashMap<>();
    network
        .tensors()
        .forEach((name, array) -> {
          if (array.hasGradient()) {
            trained.put(name, array);
            boolean embedding =
                name.equals(Network.EMBEDDING_WEIGHT) || name.equals(Network.EMBEDDING_BIAS);
            learningRates.put(
                name, embedding ? schedule.learningRate() : schedule.trunkLearningRate());
          }
        });
    heads.addTo(trained, config.objectives());
    trained.keySet().forEach(name -> learningRates.putIfAbsent(name, schedule.learningRate()));
    return new AdamW(network.manager(), trained, learningRates, schedule);
  }

  /// Trains to the last iteration.
  ///
  /// @param log told of every iteration, on this thread
  /// @throws DivergedException when a loss or a gradient is no number
  public void train(Consumer<TrainingStep> log) throws InterruptedException {
    trainUntil(config.iterations(), log);
  }

  /// Trains until so many iterations are done in all.
  ///
  /// @throws InterruptedException between two iterations; the trainer can go on or give a
  ///   checkpoint
  public void trainUntil(int end, Consumer<TrainingStep> log) throws InterruptedException {
    BatchSampler sampler =
        new BatchSampler(
            pictures, config.classesPerBatch(), config.picturesPerDomain(), config.seed());
    var settings =
        new BatchLoader.VariationSettings(config.variation(), config.inputSize(), config.seed());
    try (BatchLoader loader = new BatchLoader(sampler, reader, settings, iteration, end)) {
      while (iteration < end) {
        long began = System.nanoTime();
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped before iteration " + (iteration + 1));
        }
        Batch batch = loader.next();
        TrainingStep step = step(batch, began);
        iteration++;
        log.accept(step);
      }
    }
  }

  /// How many arrays outside of Java's heap it keeps from one iteration to the next.
  int arraysKept() {
    return network.manager().getManagedArrays().size();
  }

  /// One iteration: forward, three losses, backward, one step of the optimiser.
  private TrainingStep step(Batch batch, long began) {
    double share = config.schedule().share(iteration, config.iterations());
    float total;
    float[] parts;
    try (NDManager manager = network.manager().newSubManager()) {
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        NDList losses = losses(manager, batch);
        NDArray loss = weightedSum(losses);
        gradients.backward(loss);
        total = loss.getFloat();
        parts = values(losses);
      }
      JniUtils.setGradMode(false);
      double gradientNorm = optimiser.gradientNorm();
      requireFinite(batch, total, gradientNorm);
      optimiser.step(iteration, share, gradientNorm);
      double seconds = (System.nanoTime() - began) / 1e9;
      return new TrainingStep(
          iteration + 1,
          total,
          parts[0],
          parts[1],
          parts[2],
          share * config.schedule().learningRate(),
          gradientNorm,
          batch.examples().size() / seconds);
    }
  }

  /// Classification, quadruplet, preservation; nought for those that are off.
  private NDList losses(NDManager manager, Batch batch) {
    TrainingConfig.Objectives weights = config.objectives();
    int count = batch.examples().size();
    int half = count / 2;
    int[] labels = batch.examples().stream().mapToInt(e -> classes.indexOf(e.label())).toArray();
    NDArray embeddings = network.forward(manager, batch.pixels(), count, batch.size());
    NDArray unit = embeddings.normalize(2, 1);
    NDArray none = manager.create(0f);
    return new NDList(
        weights.classification() > 0 ? classification.of(unit, heads.classVectors(), labels) : none,
        weights.quadruplet() > 0
            ? quadruplet.of(
                unit.get(new NDIndex("0:" + half)),
                unit.get(new NDIndex(half + ":")),
                Arrays.copyOf(labels, half))
            : none,
        weights.preservation() > 0
            ? preservation.of(embeddings, heads.teacherWeight(), heads.teacherBias(), labels)
            : none);
  }

  private NDArray weightedSum(NDList losses) {
    TrainingConfig.Objectives weights = config.objectives();
    return Scalars.times(losses.get(0), weights.classification())
        .add(Scalars.times(losses.get(1), weights.quadruplet()))
        .add(Scalars.times(losses.get(2), weights.preservation()));
  }

  private static float[] values(NDList losses) {
    float[] values = new float[losses.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = losses.get(i).getFloat();
    }
    return values;
  }

  private void requireFinite(Batch batch, float loss, double gradientNorm) {
    if (!Float.isFinite(loss) || !Double.isFinite(gradientNorm)) {
      throw new DivergedException(
          "iteration %d gave loss %s and gradient norm %s; its batch was %s"
              .formatted(
                  iteration + 1,
                  loss,
                  gradientNorm,
                  batch.examples().stream().map(Example::file).toList()));
    }
  }

  /// Iterations done.
  public int iteration() {
    return iteration;
  }

  /// The weights as they are now, of the network alone.
  Weights weights() {
    return network.weights();
  }

  /// The weights to keep: of the network alone, averaged if the schedule says so.
  public Weights result() {
    Weights weights = network.weights();
    Weights trained = TrainableNetwork.copy(optimiser.result());
    for (String name : trained.names()) {
      if (weights.find(name).isPresent()) {
        weights = weights.with(name, trained.get(name));
      }
    }
    return weights;
  }

  @Override
  public void close() {
    network.close();
  }
}
