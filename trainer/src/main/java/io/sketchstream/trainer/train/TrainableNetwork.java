package io.sketchstream.trainer.train;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.CpuInstructions;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Parameter;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.TensorSource;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.network.TorchScriptArchive;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/// A network for training: the definition that serving uses, loaded with gradients.
///
/// **Threads:** one. **Owns:** native memory, until [#close].
final class TrainableNetwork implements AutoCloseable {
  private static final int PROOF_SIZE = 96;

  /// Of the squared length. Right kernels have 1e-11.
  private static final double PROOF_SHARE_MAX = 1e-4;

  private final Network network;
  private final Model model;
  private final PtSymbolBlock block;
  private final SequencedMap<String, NDArray> tensors = new LinkedHashMap<>();

  private TrainableNetwork(Network network, Weights weights, int frozenStages, Model model) {
    this.network = network;
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    JniUtils.enableTrainingMode(block);
    Map<String, ai.djl.nn.Parameter> byPath = new LinkedHashMap<>();
    block.getParameters().forEach(pair -> byPath.put(pair.getKey(), pair.getValue()));
    boolean embeds = weights.find(Network.EMBEDDING_WEIGHT).isPresent();
    for (Parameter parameter :
        embeds ? network.parameters(network.dimensionWith(weights)) : network.parameters()) {
      ai.djl.nn.Parameter loaded = byPath.get(parameter.path());
      if (loaded == null) {
        throw new IllegalStateException(
            "libtorch lists no parameter %s, only %s".formatted(parameter.path(), byPath.keySet()));
      }
      // Set on the parameter, because the first forward pass sets its array from the parameter.
      loaded.freeze(!parameter.trained() || isFrozen(network, parameter.name(), frozenStages));
      tensors.put(parameter.name(), loaded.getArray());
    }
  }

  private static boolean isFrozen(Network network, String name, int stages) {
    return network.stages().stream().limit(stages).flatMap(List::stream).anyMatch(name::startsWith);
  }

  /// Loads a network for training.
  ///
  /// @param weights with or without an embedding
  /// @param frozenStages number of first stages that are not trained
  /// @throws BrokenModelException when the weights do not fit the network
  static TrainableNetwork load(Network network, Weights weights, int frozenStages)
      throws BrokenModelException {
    // What runs frozen stages fused is for CPUs.
    Libtorch.engine();
    int fused = Libtorch.device().isGpu() ? 0 : frozenStages;
    // Libtorch's own rewriting of graphs is for inference; it is off for this thread.
    JniUtils.setGraphExecutorOptimize(false);
    Model model = Model.newInstance("model", Libtorch.device(), "PyTorch");
    try {
      Path directory = Files.createTempDirectory("trainable");
      Path archive = directory.resolve("model.pt");
      try {
        TorchScriptArchive.writeTraining(network, weights, fused, archive);
        model.load(directory, "model", Map.of("trainParam", "true"));
      } finally {
        Files.deleteIfExists(archive);
        Files.deleteIfExists(directory);
      }
      var loaded = new TrainableNetwork(network, weights, frozenStages, model);
      if (!Libtorch.device().isGpu() && !CpuInstructions.areLimited()) {
        loaded.prove(weights);
      }
      return loaded;
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException("libtorch refuses " + network.name(), e);
    }
  }

  /// Compares it with serving, which another library computes: oneDNN's kernels may be wrong on a
  /// CPU that nobody tried.
  ///
  /// @throws IllegalStateException when they differ
  private void prove(Weights weights) throws BrokenModelException {
    byte[] pixels = new byte[PROOF_SIZE * PROOF_SIZE * 3];
    new Random(PROOF_SIZE).nextBytes(pixels);
    float[] trained;
    try (NDManager manager = manager().newSubManager()) {
      trained = forward(manager, pixels, 1, PROOF_SIZE).toFloatArray();
    }
    float[] served;
    try (TorchNetwork serving = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu())) {
      served = serving.run("embedding", List.of(new PreparedImage(pixels, PROOF_SIZE)))[0];
    }
    double difference = 0;
    double length = 0;
    for (int i = 0; i < served.length; i++) {
      difference += Math.pow(trained[i] - served[i], 2);
      length += Math.pow(served[i], 2);
    }
    if (!(difference <= PROOF_SHARE_MAX * length)) {
      close();
      throw new IllegalStateException(
          "training computes wrong numbers on this CPU: off by %.4f of the embedding; the"
                  .formatted(Math.sqrt(difference / length))
              + " environment variable ONEDNN_MAX_CPU_ISA=AVX may help");
    }
  }

  Network network() {
    return network;
  }

  NDManager manager() {
    return model.getNDManager();
  }

  /// The parameters by their safetensors names; shared with the network, not copied.
  SequencedMap<String, NDArray> tensors() {
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /// A forward pass: embeddings before normalisation, features, or logits.
  ///
  /// @param manager the owner of the result
  /// @param pixels interleaved 8-bit RGB squares, one after the other
  NDArray forward(NDManager manager, byte[] pixels, int count, int size) {
    NDArray images =
        manager.create(ByteBuffer.wrap(pixels), new Shape(count, size, size, 3), DataType.UINT8);
    return block
        .forward(new ParameterStore(manager, false), new NDList(images), true)
        .singletonOrThrow();
  }

  /// A copy of the current weights.
  Weights weights() {
    return copy(tensors);
  }

  static Weights copy(Map<String, NDArray> arrays) {
    SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
    arrays.forEach((name, array) -> copies.put(name, copy(array)));
    return new Weights(copies);
  }

  private static Tensor copy(NDArray array) {
    return new Tensor(shape(array), array.toFloatArray());
  }

  /// An array that is copied when it is written.
  static TensorSource source(NDArray array) {
    return new TensorSource(shape(array), array::toFloatArray);
  }

  private static List<Integer> shape(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).mapToObj(extent -> (int) extent).toList();
  }

  @Override
  public void close() {
    model.close();
  }
}
