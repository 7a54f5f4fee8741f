package io.sketchstream.encoder.network;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.training.GradientCollector;
import io.sketchstream.images.PreparedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A training archive as a trainer opens it.
final class TrainingArchive implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock block;

  private TrainingArchive(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
  }

  static TrainingArchive open(Path directory, Network network, Weights weights) throws Exception {
    Path file = directory.resolve("training.pt");
    TorchScriptArchive.write(network, weights, file, ArchiveMode.TRAINING);
    Libtorch.engine();
    Model model = Model.newInstance("training", Device.cpu(), "PyTorch");
    model.load(file, null, Map.of("trainParam", "true"));
    return new TrainingArchive(model);
  }

  private static NDList inputs(NDManager manager, String method, List<PreparedImage> batch) {
    int size = batch.getFirst().size();
    ByteBuffer pixels = ByteBuffer.allocateDirect(batch.size() * size * size * 3);
    batch.forEach(image -> pixels.put(image.rgb()));
    NDArray name = manager.create(0f);
    name.setName("module_method:" + method);
    Shape shape = new Shape(batch.size(), size, size, 3);
    return new NDList(manager.create(pixels.flip(), shape, DataType.UINT8), name);
  }

  float[][] forward(List<PreparedImage> batch) {
    return run("forward", batch);
  }

  float[][] run(String method, List<PreparedImage> batch) {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray output =
          IValueUtils.forward(block, inputs(manager, method, batch), true).singletonOrThrow();
      float[][] rows = new float[batch.size()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = output.get(i).toFloatArray();
      }
      return rows;
    }
  }

  /// Leaves the parameters whose path starts so as they are, as training does with early stages.
  void freeze(String prefix) {
    for (String path : block.getDirectParameters().keys()) {
      if (path.startsWith(prefix)) {
        block.getDirectParameters().get(path).getArray().setRequiresGradient(false);
      }
    }
  }

  List<String> parameterPaths() {
    return List.copyOf(block.getDirectParameters().keys());
  }

  /// One backward pass of the sum of squares; which parameters it reached.
  List<String> pathsWithGradient(List<PreparedImage> batch) {
    List<String> paths = new ArrayList<>();
    try (NDManager manager = model.getNDManager().newSubManager()) {
      try (GradientCollector gradients = Libtorch.engine().newGradientCollector()) {
        NDArray output =
            IValueUtils.forward(block, inputs(manager, "forward", batch), true).singletonOrThrow();
        gradients.backward(output.square().sum());
      }
      for (String path : block.getDirectParameters().keys()) {
        NDArray parameter = block.getDirectParameters().get(path).getArray();
        if (parameter.hasGradient() && parameter.getGradient().square().sum().getFloat() > 0) {
          paths.add(path);
        }
      }
    }
    return paths;
  }

  @Override
  public void close() {
    model.close();
  }
}
