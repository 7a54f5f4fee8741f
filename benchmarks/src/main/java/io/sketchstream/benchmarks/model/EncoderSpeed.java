package io.sketchstream.benchmarks.model;

import ai.djl.Device;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Convolution;
import io.sketchstream.encoder.network.CpuInstructions;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Parameter;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.Quantization;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// Serving speed against ONNX Runtime, the same weights in this process in alternation, and
/// PyTorch, the same graph in a process of its own (MobileNetV2 and EfficientNet-Lite): images per
/// CPU-second on one thread. Ours starts from bytes and ends in Java arrays; the peers are given
/// normalised floats. Weights are random: speed does not depend on them. In int8, the convolutions
/// are those of the default model, and all of other networks.
public final class EncoderSpeed implements Benchmark {
  private static final int ROUNDS = 3;
  private static final double ROUND_CPU_SECONDS = 2;
  private static final int SEED = 1;

  private static final int[] BATCHES = {1, 8, 32};

  /// What the peer's script knows.
  private static final Set<String> IN_PYTORCH =
      Set.of("mobilenet_v2", "efficientnet_lite0", "efficientnet_lite2");

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private int side;

  @Override
  public String name() {
    return "encoder-speed";
  }

  @Override
  public String summary() {
    return "images per CPU-second of the encoder over ONNX Runtime's and PyTorch's, same network,"
        + " one thread";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("networks", "side"));
    side = options.integer("side", 224);
    System.out.printf(
        "input %d x %d, one thread each, best of %d rounds of %.0f CPU-seconds in turns, CPU time"
            + " of the one thread%n",
        side, side, ROUNDS, ROUND_CPU_SECONDS);
    Map<String, Double> figures = new LinkedHashMap<>();
    Optional<PyTorch> pyTorch = PyTorch.find();
    if (pyTorch.isEmpty()) {
      System.out.println(PyTorch.INSTALL);
    }
    String networks = "mobilenet_v2,efficientnet_lite0,efficientnet_lite2,resnet50";
    for (String network : options.text("networks", networks).split(",", -1)) {
      Map<Integer, Double> ours = compare(network, BATCHES, figures);
      if (pyTorch.isPresent() && IN_PYTORCH.contains(network)) {
        comparePyTorch(pyTorch.get(), network, ours, figures);
      }
    }
    StringBuilder result = new StringBuilder("RESULT encoder-speed");
    figures.forEach((name, value) -> result.append(format(" %s=%.2f", name, value)));
    System.out.println(result);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private void comparePyTorch(
      PyTorch peer, String network, Map<Integer, Double> ours, Map<String, Double> figures)
      throws InterruptedException {
    List<Integer> batches = List.copyOf(ours.keySet());
    List<Double> theirs = peer.run("encoder_speed.py", batches, network, side, ROUND_CPU_SECONDS);
    for (int i = 0; i < batches.size(); i++) {
      double ratio = ours.get(batches.get(i)) / theirs.get(i);
      System.out.println(
          format(
              "%-18s batch %2d: PyTorch in fp32 %6.1f images per CPU-second, ratio %.2f",
              network, batches.get(i), theirs.get(i), ratio));
      figures.put(network + "-pytorch-batch-" + batches.get(i), ratio);
    }
  }

  /// @return images per CPU-second of ours in fp32 by batch
  private Map<Integer, Double> compare(String name, int[] batches, Map<String, Double> figures)
      throws BrokenModelException, OrtException {
    Map<Integer, Double> speeds = new LinkedHashMap<>();
    Network network = Network.named(name);
    Weights weights = randomWeights(network);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    Map<Precision, TorchNetwork> ours = new EnumMap<>(Precision.class);
    try (OrtSession theirs = environment.createSession(OnnxFile.of(network, weights), options)) {
      ours.put(Precision.FP32, open(network, weights, Precision.FP32));
      if (CpuInstructions.haveBf16()) {
        ours.put(Precision.BF16, open(network, weights, Precision.BF16));
      }
      ours.put(Precision.INT8, openInt8(network, weights));
      for (int batch : batches) {
        List<PreparedImage> images = randomImages(batch);
        float[] pixels = normalised(network, images);
        Run run = () -> run(environment, theirs, pixels, batch);
        agree(
            ours.get(Precision.FP32).run("trunk", images), run(environment, theirs, pixels, batch));
        speeds.put(batch, compare(name, ours, run, images, figures));
      }
      return speeds;
    } finally {
      ours.values().forEach(TorchNetwork::close);
    }
  }

  private double compare(
      String name,
      Map<Precision, TorchNetwork> ours,
      Run theirs,
      List<PreparedImage> images,
      Map<String, Double> figures)
      throws OrtException {
    int batch = images.size();
    Map<Precision, Double> best = new EnumMap<>(Precision.class);
    double bestOfTheirs = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<Precision, TorchNetwork> entry : ours.entrySet()) {
        double speed = measure(batch, () -> entry.getValue().forward(images));
        best.merge(entry.getKey(), speed, Math::max);
      }
      bestOfTheirs = Math.max(bestOfTheirs, measure(batch, theirs));
    }
    for (Map.Entry<Precision, Double> entry : best.entrySet()) {
      double ratio = entry.getValue() / bestOfTheirs;
      System.out.println(
          format(
              "%-18s batch %2d: ours in %s %6.1f, ONNX Runtime in fp32 %6.1f images per CPU-second,"
                  + " ratio %.2f",
              name, batch, entry.getKey(), entry.getValue(), bestOfTheirs, ratio));
      String kind =
          entry.getKey() == Precision.FP32
              ? ""
              : "-" + entry.getKey().name().toLowerCase(Locale.ROOT);
      figures.put(name + kind + "-batch-" + batch, ratio);
    }
    return best.get(Precision.FP32);
  }

  private static TorchNetwork open(Network network, Weights weights, Precision precision)
      throws BrokenModelException {
    return TorchNetwork.open(network, weights, precision, Device.cpu());
  }

  private TorchNetwork openInt8(Network network, Weights weights) throws BrokenModelException {
    ModelArtifact shipped = DefaultModel.artifact();
    Set<String> convolutions =
        network.convolutions().stream().map(Convolution::name).collect(Collectors.toSet());
    if (shipped.network().name().equals(network.name())) {
      convolutions.retainAll(shipped.calibration().orElseThrow().convolutions());
    }
    System.out.printf(
        "%s in int8: %d of %d convolutions%n",
        network.name(), convolutions.size(), network.convolutions().size());
    Quantization ranges = TorchNetwork.observe(network, weights, randomImages(2), _ -> {});
    return TorchNetwork.openInt8(network, weights, ranges.with(convolutions));
  }

  private static void agree(float[][] ours, float[][] theirs) {
    float largest = 0;
    float difference = 0;
    for (int i = 0; i < ours.length; i++) {
      for (int j = 0; j < ours[i].length; j++) {
        largest = Math.max(largest, Math.abs(theirs[i][j]));
        difference = Math.max(difference, Math.abs(ours[i][j] - theirs[i][j]));
      }
    }
    if (!(difference <= 1e-3f * largest)) {
      throw new IllegalStateException("the two differ by " + difference + " of " + largest);
    }
  }

  private interface Run {
    void once() throws OrtException;
  }

  private double measure(int batch, Run run) throws OrtException {
    run.once();
    long start = threads.getCurrentThreadCpuTime();
    long images = 0;
    while (true) {
      run.once();
      images += batch;
      double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
      if (seconds >= ROUND_CPU_SECONDS) {
        return images / seconds;
      }
    }
  }

  private float[][] run(OrtEnvironment environment, OrtSession session, float[] pixels, int batch)
      throws OrtException {
    long[] shape = {batch, 3, side, side};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
        OrtSession.Result result = session.run(Map.of("x", input))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  static Weights randomWeights(Network network) {
    Random random = new Random(SEED);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      int size = parameter.shape().stream().reduce(1, Math::multiplyExact);
      int fanIn = size / parameter.shape().getFirst();
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            parameter.shape().size() > 1
                ? (float) (random.nextGaussian() * Math.sqrt(2.0 / fanIn))
                : 0.5f + 0.2f * random.nextFloat();
      }
      tensors.put(parameter.name(), new Tensor(parameter.shape(), values));
    }
    return new Weights(tensors);
  }

  private List<PreparedImage> randomImages(int count) {
    Random random = new Random(SEED);
    List<PreparedImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[side * side * 3];
      random.nextBytes(rgb);
      images.add(new PreparedImage(rgb, side));
    }
    return images;
  }

  private float[] normalised(Network network, List<PreparedImage> images) {
    int plane = side * side;
    float[] pixels = new float[images.size() * 3 * plane];
    for (int image = 0; image < images.size(); image++) {
      byte[] rgb = images.get(image).rgb();
      for (int i = 0; i < plane; i++) {
        for (int c = 0; c < 3; c++) {
          double value = (rgb[3 * i + c] & 0xFF) / 255.0;
          pixels[(image * 3 + c) * plane + i] =
              (float) ((value - network.mean().get(c)) / network.std().get(c));
        }
      }
    }
    return pixels;
  }
}
