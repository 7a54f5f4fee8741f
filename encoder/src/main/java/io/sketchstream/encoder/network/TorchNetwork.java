package io.sketchstream.encoder.network;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.sketchstream.images.PreparedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;

/// A network loaded into libtorch.
///
/// **Threads:** any number; each computes on its own core. **Owns:** the native network, and one
/// direct buffer for each concurrent caller, until [#close], which must come after the last call.
public final class TorchNetwork implements AutoCloseable {
  /// A larger batch on a CPU is split: beyond this size it gains no speed, and activations over 64
  /// MB, the size of glibc's heaps, are mapped and zeroed for every layer.
  private static final int CPU_BATCH_MAX = 8;

  private static final int GPU_BATCH_MAX = 256;

  private final Model model;
  private final PtSymbolBlock block;
  private final int batchMax;
  private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
  private final Object layout = new Object();
  private volatile boolean laidOut;

  private TorchNetwork(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.batchMax = model.getNDManager().getDevice().isGpu() ? GPU_BATCH_MAX : CPU_BATCH_MAX;
  }

  /// Opens a network for serving.
  ///
  /// @param precision any but int8, which needs [#openInt8]
  /// @throws BrokenModelException when the weights do not fit the network
  public static TorchNetwork open(
      Network network, Weights weights, Precision precision, Device device)
      throws BrokenModelException {
    ArchiveMode mode = device.isGpu() ? ArchiveMode.SERVING_PLAIN : servingOnCpu(precision);
    return open(
        network.name(),
        precision,
        device,
        archive -> TorchScriptArchive.write(network, weights, archive, mode));
  }

  private static ArchiveMode servingOnCpu(Precision precision) {
    return switch (precision) {
      case FP32 -> ArchiveMode.SERVING;
      case BF16 -> ArchiveMode.SERVING_ONEDNN;
      case FP64, FP16, INT8 -> ArchiveMode.SERVING_PLAIN;
    };
  }

  /// Opens a network for serving on this CPU, with the listed convolutions in int8.
  ///
  /// @throws BrokenModelException when the weights or the ranges do not fit the network
  public static TorchNetwork openInt8(Network network, Weights weights, Quantization quantization)
      throws BrokenModelException {
    return open(
        network.name(),
        Precision.INT8,
        Device.cpu(),
        archive ->
            TorchScriptArchive.writeInt8(
                network, weights, quantization, CpuInstructions.haveVnni(), archive));
  }

  /// Opens a network for calibration; run its `extremes` with one image.
  ///
  /// @throws BrokenModelException when the weights do not fit the network
  private static TorchNetwork openObserving(Network network, Weights weights)
      throws BrokenModelException {
    return open(
        network.name(),
        Precision.FP32,
        Device.cpu(),
        archive -> TorchScriptArchive.write(network, weights, archive, ArchiveMode.OBSERVING));
  }

  /// Measures the ranges of a network's convolutions in fp32: the mean over the pictures of the
  /// smallest and of the largest output of each convolution, so that one outlier does not widen
  /// them for all.
  ///
  /// @param done receives how many pictures are done
  /// @return the ranges, with no convolution in int8
  /// @throws BrokenModelException when the weights do not fit the network
  public static Quantization observe(
      Network network, Weights weights, List<PreparedImage> pictures, IntConsumer done)
      throws BrokenModelException {
    List<Convolution> convolutions = network.convolutions();
    double[] sums = new double[2 * convolutions.size()];
    try (TorchNetwork observed = openObserving(network, weights)) {
      for (int picture = 0; picture < pictures.size(); picture++) {
        float[] extremes = observed.run("extremes", List.of(pictures.get(picture)))[0];
        for (int i = 0; i < sums.length; i++) {
          sums[i] += extremes[i] / pictures.size();
        }
        done.accept(picture + 1);
      }
    }
    Map<String, Quantization.Range> ranges = new LinkedHashMap<>();
    for (int i = 0; i < convolutions.size(); i++) {
      float low = (float) sums[2 * i];
      float high = (float) sums[2 * i + 1];
      // A constant output has an empty range, which is widened.
      ranges.put(
          convolutions.get(i).name(),
          new Quantization.Range(low, Math.max(high, Math.nextUp(low))));
    }
    return new Quantization(ranges, Set.of());
  }

  private interface Writer {
    void write(Path archive) throws IOException, BrokenModelException;
  }

  private static TorchNetwork open(String name, Precision precision, Device device, Writer writer)
      throws BrokenModelException {
    Libtorch.engine();
    try {
      Path archive = Files.createTempFile("sketchstream-", ".pt");
      try {
        writer.write(archive);
        TorchNetwork opened = load(name, archive, device);
        opened.prepack(precision);
        return opened;
      } finally {
        Files.delete(archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TorchNetwork load(String name, Path archive, Device device) throws IOException {
    Model model = Model.newInstance(name, device, "PyTorch");
    try {
      model.load(archive);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException("libtorch refused the archive of " + name, e);
    }
    return new TorchNetwork(model);
  }

  private void prepack(Precision precision) {
    try (IValue type = IValue.from(precision.libtorch());
        IValue none = IValueUtils.runMethod(block, "prepack", type)) {
      assert none.getType() != null;
    }
  }

  /// Runs `forward`: a row for each image.
  public float[][] forward(List<PreparedImage> batch) {
    return run("forward", batch);
  }

  /// Runs a method of the archive that takes images and gives a row for each.
  ///
  /// @param method one of those of [TorchScriptArchive]
  /// @param batch at least 1 image, all of one size
  public float[][] run(String method, List<PreparedImage> batch) {
    float[][] rows = new float[batch.size()][];
    for (int from = 0; from < rows.length; from += batchMax) {
      int to = Math.min(rows.length, from + batchMax);
      System.arraycopy(runCut(method, batch.subList(from, to)), 0, rows, from, to - from);
    }
    return rows;
  }

  private float[][] runCut(String method, List<PreparedImage> batch) {
    if (!laidOut) {
      // The first pass lays out the weights and must run alone.
      synchronized (layout) {
        float[][] rows = compute(method, batch);
        laidOut = true;
        return rows;
      }
    }
    return compute(method, batch);
  }

  private float[][] compute(String method, List<PreparedImage> batch) {
    int size = batch.getFirst().size();
    int bytes = size * size * 3;
    ByteBuffer pixels = takeBuffer(batch.size() * bytes);
    try (NDManager manager = model.getNDManager().newSubManager()) {
      for (PreparedImage image : batch) {
        if (image.size() != size) {
          throw new IllegalArgumentException(
              "images of %d and %d pixels in one batch".formatted(size, image.size()));
        }
        pixels.put(image.rgb());
      }
      Shape shape = new Shape(batch.size(), size, size, 3);
      NDList inputs = new NDList(manager.create(pixels.flip(), shape, DataType.UINT8));
      if (!method.equals("forward")) {
        NDArray name = manager.create(0f);
        name.setName("module_method:" + method);
        inputs.add(name);
      }
      // TorchScript's optimiser profiles and recompiles for each batch size and gains nothing
      // here. The setting is per thread.
      JniUtils.setGraphExecutorOptimize(false);
      return rows(IValueUtils.forward(block, inputs, false).singletonOrThrow(), batch.size());
    } finally {
      buffers.add(pixels);
    }
  }

  private static float[][] rows(NDArray output, int count) {
    float[] flat = output.toFloatArray();
    int width = flat.length / count;
    float[][] rows = new float[count][width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(flat, i * width, rows[i], 0, width);
    }
    return rows;
  }

  private ByteBuffer takeBuffer(int bytes) {
    ByteBuffer buffer = buffers.poll();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    return buffer.clear().limit(bytes);
  }

  @Override
  public void close() {
    block.close();
    model.close();
  }
}
