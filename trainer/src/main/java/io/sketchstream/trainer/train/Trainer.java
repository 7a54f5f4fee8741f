package io.sketchstream.trainer.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.TensorSource;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Batch;
import io.sketchstream.trainer.data.BatchLoader;
import io.sketchstream.trainer.data.BatchSampler;
import io.sketchstream.trainer.data.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// Trains a network as in Tursun et al. 2022: one CNN for sketches and photos, fine-tuned with a
/// domain-balanced quadruplet loss, a semantic classification loss and a semantic knowledge
/// preservation loss. Further losses keep sketches and photos in the space of the pretrained trunk.
///
/// **Threads:** one, the trainer. **Owns:** the network, its optimiser and their native memory,
/// until [#close].
public final class Trainer implements AutoCloseable {
  private static final String NETWORK = "network/";
  private static final String ITERATION = "iteration";

  private final TrainingConfig config;
  private final TrainingInput input;
  private final TrainableNetwork network;
  private final Heads heads;
  private final BatchLosses losses;
  private final AdamW optimiser;
  private int iteration;
  private boolean finished;
  private Optional<BatchLoader> loader = Optional.empty();

  private Trainer(
      TrainingConfig config,
      TrainingInput input,
      Prepared prepared,
      Weights weights,
      SequencedMap<String, Tensor> heads)
      throws BrokenModelException {
    this.config = config;
    this.input = input;
    Network definition = Network.named(config.network());
    network = TrainableNetwork.load(definition, weights, config.frozenStagesOf(definition));
    this.heads = new Heads(network.manager(), heads);
    losses =
        new BatchLosses(
            config.objectives(), prepared.supervision(), this.heads, prepared.classifier());
    optimiser = AdamW.of(network, this.heads, config);
  }

  /// The initial state that all trainings of the same configuration share.
  ///
  /// @param start initial weights, and the embeddings of all photos with them
  /// @param supervision training targets
  /// @param classifier of the pretrained trunk
  record Prepared(Initialization start, Supervision supervision, Optional<LinearMap> classifier) {}

  /// Prepares trainings.
  ///
  /// @param initial pretrained weights of the network
  /// @param classifier classifier of the pretrained trunk; prototypes need it
  /// @throws BrokenModelException when the weights are not of this network
  static Prepared prepare(
      TrainingConfig config,
      TrainingInput input,
      Weights initial,
      Optional<LinearMap> classifier,
      TrainingProgress progress)
      throws BrokenModelException {
    requireClassifier(config, classifier);
    return prepare(
        config, input, classifier, Initialization.of(config, input, initial, classifier, progress));
  }

  /// @param start initial states of trainings with the same pictures, weights and embedding
  static Prepared prepare(
      TrainingConfig config,
      TrainingInput input,
      Optional<LinearMap> classifier,
      Initialization start) {
    requireClassifier(config, classifier);
    int imageNetClasses = classifier.map(LinearMap::outputs).orElse(0);
    return new Prepared(start, new Supervision(input, start, imageNetClasses), classifier);
  }

  private static void requireClassifier(TrainingConfig config, Optional<LinearMap> classifier) {
    if (config.objectives().prototypes() > 0 && classifier.isEmpty()) {
      throw new IllegalArgumentException(
          "prototypes need weights of "
              + config.network()
              + " with a classifier; give such a file or set objectives.prototypes=0");
    }
  }

  /// Starts a training.
  ///
  /// @param initial pretrained weights of the network
  /// @throws BrokenModelException when the weights are not of this network
  public static Trainer start(TrainingConfig config, TrainingInput input, Weights initial)
      throws BrokenModelException {
    return start(
        config, input, prepare(config, input, initial, Optional.empty(), TrainingProgress.SILENT));
  }

  static Trainer start(TrainingConfig config, TrainingInput input, Prepared prepared)
      throws BrokenModelException {
    return new Trainer(
        config,
        input,
        prepared,
        prepared.start().weights(),
        Heads.start(config.objectives(), prepared.supervision(), prepared.start().dimension()));
  }

  /// Resumes from a checkpoint; the result is the same to the bit as without the interruption.
  ///
  /// @param config the one that the checkpoint was made with
  /// @param checkpoint of [#writeCheckpoint]
  /// @throws BrokenModelException when the checkpoint is not of this configuration
  static Trainer resume(
      TrainingConfig config, TrainingInput input, Prepared prepared, Weights checkpoint)
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
        new Trainer(config, input, prepared, new Weights(tensors), Heads.of(checkpoint));
    trainer.optimiser.restore(checkpoint);
    trainer.iteration = (int) checkpoint.get(ITERATION).values()[0];
    return trainer;
  }

  /// Writes everything that the coming iterations depend on, besides the configuration and the
  /// pictures. One tensor at a time is copied to Java's heap.
  ///
  /// @param file gets [Weights]; replaced atomically
  void writeCheckpoint(Path file) throws IOException {
    SequencedMap<String, NDArray> state = new LinkedHashMap<>();
    network.tensors().forEach((name, array) -> state.put(NETWORK + name, array));
    state.putAll(heads.all());
    state.putAll(optimiser.state());
    SequencedMap<String, TensorSource> sources = new LinkedHashMap<>();
    state.forEach((name, array) -> sources.put(name, TrainableNetwork.source(array)));
    float[] done = {iteration};
    sources.put(ITERATION, TensorSource.of(new Tensor(List.of(1), done)));
    Weights.write(sources, file, Weights.Storage.FP32);
  }

  /// Trains to the last iteration.
  ///
  /// @param log receives every iteration, on this thread
  /// @throws DivergedException when a loss or a gradient became NaN or infinite
  public void train(Consumer<TrainingStep> log) throws InterruptedException {
    trainUntil(config.iterations(), log);
  }

  /// Trains until `end` iterations are done in total.
  ///
  /// @param end at most the iterations of the configuration
  /// @throws InterruptedException between two iterations; the trainer can continue or give a
  ///   checkpoint
  public void trainUntil(int end, Consumer<TrainingStep> log) throws InterruptedException {
    if (end > config.iterations()) {
      throw new IllegalArgumentException(
          "%d iterations of a training of %d".formatted(end, config.iterations()));
    }
    while (iteration < end && !finished) {
      long began = System.nanoTime();
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped before iteration " + (iteration + 1));
      }
      if (loader.isEmpty()) {
        loader = Optional.of(loader());
      }
      TrainingStep step = step(loader.get().next(), began);
      iteration++;
      log.accept(step);
    }
  }

  /// Reads ahead from here to the last iteration, also while the training pauses between two calls
  /// of [#trainUntil].
  private BatchLoader loader() {
    BatchSampler sampler =
        new BatchSampler(
            input.pictures(),
            input.words(),
            input.unlabelled(),
            config.composition(),
            config.seed());
    var settings =
        new BatchLoader.Settings(config.augmentation(), config.inputSize(), config.seed());
    return new BatchLoader(sampler, input.reader(), settings, iteration, config.iterations());
  }

  /// Ends the training after this iteration, before the configured end.
  void finish() {
    finished = true;
  }

  /// Whether nothing is left to do.
  boolean isDone() {
    return finished || iteration >= config.iterations();
  }

  /// How many arrays outside of Java's heap it keeps from one iteration to the next.
  int arraysKept() {
    return network.manager().getManagedArrays().size();
  }

  /// One iteration: forward, losses, backward, one step of the optimiser.
  private TrainingStep step(Batch batch, long began) {
    double share = config.schedule().share(iteration, config.iterations());
    float total;
    SequencedMap<String, Double> values;
    try (NDManager manager = network.manager().newSubManager()) {
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        int count = batch.examples().size();
        NDArray embeddings = network.forward(manager, batch.pixels(), count, batch.size());
        BatchLosses.Result result = losses.of(batch, embeddings);
        gradients.backward(result.weighted());
        total = result.weighted().getFloat();
        values = result.values();
      }
      JniUtils.setGradMode(false);
      double gradientNorm = optimiser.gradientNorm();
      requireFinite(batch, total, gradientNorm);
      optimiser.step(iteration, share, gradientNorm);
      double seconds = (System.nanoTime() - began) / 1e9;
      return new TrainingStep(
          iteration + 1,
          total,
          values,
          share * config.schedule().learningRate(),
          gradientNorm,
          batch.examples().size() / seconds);
    }
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

  /// Number of completed iterations.
  public int iteration() {
    return iteration;
  }

  /// The resulting weights of the network alone, averaged if the schedule says so.
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
    loader.ifPresent(BatchLoader::close);
    network.close();
  }
}
