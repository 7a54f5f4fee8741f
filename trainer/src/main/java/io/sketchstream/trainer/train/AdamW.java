package io.sketchstream.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The optimiser: Adam with decoupled weight decay (Loshchilov and Hutter, 2019), and a moving
/// average of the weights. Saving and restoring its state is exact to the bit.
///
/// **Threads:** one. **Owns:** its moments, which live as long as the manager it is given.
final class AdamW {
  private static final double BETA_1 = .9;
  private static final double BETA_2 = .999;
  private static final float EPSILON = 1e-8f;

  private final SequencedMap<String, NDArray> parameters;
  private final Map<String, Double> learningRates;
  private final Schedule schedule;
  private final Map<String, NDArray> means = new LinkedHashMap<>();
  private final Map<String, NDArray> variances = new LinkedHashMap<>();
  private final Map<String, NDArray> averages = new LinkedHashMap<>();

  /// @param parameters the trained parameters
  /// @param learningRates one per parameter, before the schedule is applied
  AdamW(
      NDManager manager,
      SequencedMap<String, NDArray> parameters,
      Map<String, Double> learningRates,
      Schedule schedule) {
    this.parameters = parameters;
    this.learningRates = learningRates;
    this.schedule = schedule;
    parameters.forEach((name, array) -> {
      means.put(name, manager.zeros(array.getShape()));
      variances.put(name, manager.zeros(array.getShape()));
      averages.put(name, manager.create(array.toFloatArray(), array.getShape()));
    });
  }

  /// The optimiser of everything in a network and its heads that is trained. The embedding and the
  /// heads learn at the rate of new layers, the trunk at its own.
  static AdamW of(TrainableNetwork network, Heads heads, TrainingConfig config) {
    Schedule schedule = config.schedule();
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
    trained.putAll(heads.trained(config.objectives()));
    trained.keySet().forEach(name -> learningRates.putIfAbsent(name, schedule.learningRate()));
    return new AdamW(network.manager(), trained, learningRates, schedule);
  }

  /// The norm of all gradients together.
  double gradientNorm() {
    double squares = 0;
    for (NDArray parameter : parameters.values()) {
      try (NDArray gradient = parameter.getGradient();
          NDArray norm = gradient.norm()) {
        double length = norm.getFloat();
        squares += length * length;
      }
    }
    return Math.sqrt(squares);
  }

  /// Updates every parameter, then resets its gradient to 0.
  ///
  /// @param iteration counted from 0
  /// @param share factor of the learning rates
  /// @param gradientNorm result of [#gradientNorm]
  void step(int iteration, double share, double gradientNorm) {
    double shorten = Math.min(1, schedule.gradientNormMax() / Math.max(gradientNorm, 1e-12));
    double correction =
        Math.sqrt(1 - Math.pow(BETA_2, iteration + 1)) / (1 - Math.pow(BETA_1, iteration + 1));
    // At first the average decays faster, so that the initial weights do not linger.
    double decay = Math.min(schedule.averageDecay(), (1.0 + iteration) / (10 + iteration));
    parameters.forEach((name, parameter) -> {
      double rate = learningRates.get(name) * share;
      double decayed = parameter.getShape().dimension() > 1 ? schedule.weightDecay() : 0;
      try (NDArray gradient = parameter.getGradient()) {
        JniUtils.adamUpdate(
            (PtNDArray) parameter,
            (PtNDArray) gradient,
            (PtNDArray) means.get(name),
            (PtNDArray) variances.get(name),
            (float) rate,
            (float) (rate * correction),
            (float) decayed,
            (float) shorten,
            -1,
            (float) BETA_1,
            (float) BETA_2,
            EPSILON,
            true);
        JniUtils.zeroGrad((PtNDArray) parameter);
      }
      if (schedule.averageDecay() > 0) {
        try (NDArray values = parameter.stopGradient();
            NDArray addend = values.mul(1 - decay)) {
          averages.get(name).muli(decay).addi(addend);
        }
      }
    });
  }

  /// The final weights: their moving average, or the weights themselves if there is none.
  Map<String, NDArray> result() {
    return schedule.averageDecay() > 0 ? averages : parameters;
  }

  /// The state that the next step depends on, besides the parameters.
  SequencedMap<String, NDArray> state() {
    SequencedMap<String, NDArray> state = new LinkedHashMap<>();
    means.forEach((name, array) -> state.put("mean/" + name, array));
    variances.forEach((name, array) -> state.put("variance/" + name, array));
    averages.forEach((name, array) -> state.put("average/" + name, array));
    return state;
  }

  /// Restores a saved state.
  void restore(Weights saved) {
    state().forEach((name, array) -> array.set(FloatBuffer.wrap(saved.get(name).values())));
  }
}
