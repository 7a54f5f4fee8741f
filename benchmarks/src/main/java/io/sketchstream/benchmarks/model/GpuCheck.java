package io.sketchstream.benchmarks.model;

import ai.djl.Device;
import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.train.Recipe;
import io.sketchstream.trainer.train.Trainer;
import io.sketchstream.trainer.train.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Whether a GPU computes what the CPU does, and how fast: the network of the default model and the
/// paper's, with seeded weights. `--device cpu` goes the same way without a GPU, to try the
/// benchmark itself.
public final class GpuCheck implements Benchmark {
  private static final double COSINE_MIN = .999;
  private static final int COMPARED = 32;
  private static final int SEED = 1;
  private static final int WARM_UP = 3;
  private static final int NO_GPU = 2;

  private record Row(
      String network,
      int side,
      double exact,
      double rounded,
      double imagesFp32,
      double imagesFp16,
      double steps) {}

  /// What the CPU makes of some pictures.
  private record Wanted(List<PreparedImage> pictures, float[][] rows) {}

  @Override
  public String name() {
    return "gpu-check";
  }

  @Override
  public String summary() {
    return "parity with the CPU, images/s in fp32 and fp16, training steps/s; needs CUDA";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("device", "seconds"));
    boolean cpu = options.text("device", "cuda").equals("cpu");
    if (!cpu && Libtorch.engine().getGpuCount() == 0) {
      System.err.println(
          "gpu-check needs CUDA, and libtorch finds no GPU here. It takes an NVIDIA driver, and"
              + " libtorch for CUDA named by PYTORCH_LIBRARY_PATH; operations/README.md has how.");
      System.exit(NO_GPU);
    }
    System.setProperty(Libtorch.DEVICE, cpu ? "cpu" : "cuda");
    Device device = Libtorch.device();
    int seconds = options.integer("seconds", 8);
    System.out.println("on " + device + ", seeded weights, " + seconds + " s for each speed");
    List<Row> rows = new ArrayList<>();
    rows.add(measure("efficientnet_lite2", 160, 64, device, seconds));
    rows.add(measure("resnet50", 224, 40, device, seconds));
    print(rows);
    boolean same = rows.stream().allMatch(row -> row.exact() >= COSINE_MIN);
    System.out.printf("RESULT gpu-check device=%s same=%d%n", device.getDeviceType(), same ? 1 : 0);
    if (!same) {
      throw new IllegalStateException("in fp32 the cosine with the CPU is below " + COSINE_MIN);
    }
  }

  private static Row measure(String name, int side, int batch, Device device, int seconds)
      throws BrokenModelException, InterruptedException {
    Network network = Network.named(name);
    Weights weights = EncoderSpeed.randomWeights(network);
    List<PreparedImage> pictures = pictures(COMPARED, side);
    Wanted wanted;
    try (TorchNetwork exact = TorchNetwork.open(network, weights, Precision.FP32, Device.cpu())) {
      wanted = new Wanted(pictures, exact.forward(pictures));
    }
    // CPUs have no fp16.
    Precision half = device.isGpu() ? Precision.FP16 : Precision.BF16;
    double[] fp32 = serve(network, weights, Precision.FP32, device, wanted, seconds);
    double[] fp16 = serve(network, weights, half, device, wanted, seconds);
    return new Row(
        name, side, fp32[0], fp16[0], fp32[1], fp16[1], steps(name, side, batch, seconds));
  }

  /// The lowest cosine with what is wanted, and images a second.
  private static double[] serve(
      Network network,
      Weights weights,
      Precision precision,
      Device device,
      Wanted wanted,
      int seconds)
      throws BrokenModelException {
    try (TorchNetwork opened = TorchNetwork.open(network, weights, precision, device)) {
      float[][] got = opened.forward(wanted.pictures());
      double lowest = 1;
      for (int i = 0; i < got.length; i++) {
        lowest = Math.min(lowest, cosine(wanted.rows()[i], got[i]));
      }
      int side = wanted.pictures().getFirst().size();
      List<PreparedImage> batch = pictures(device.isGpu() ? 256 : 8, side);
      opened.forward(batch);
      long begin = System.nanoTime();
      long done = 0;
      while (System.nanoTime() - begin < seconds * 1_000_000_000L) {
        opened.forward(batch);
        done += batch.size();
      }
      return new double[] {lowest, done / ((System.nanoTime() - begin) / 1e9)};
    }
  }

  /// Training steps a second: the loop of the product, all stages trained.
  private static double steps(String network, int side, int batch, int seconds)
      throws BrokenModelException, InterruptedException {
    TrainingConfig config =
        Recipe.STANDARD.with(
            Map.of(
                "network",
                network,
                "frozenStages",
                "0",
                "inputSize",
                String.valueOf(side),
                "iterations",
                "100000",
                "classesPerBatch",
                String.valueOf(batch / 4),
                "picturesPerDomain",
                "2"));
    try (Trainer trainer = NoiseTraining.start(config)) {
      trainer.trainUntil(WARM_UP, _ -> {});
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < seconds * 1_000_000_000L) {
        trainer.trainUntil(trainer.iteration() + 1, _ -> {});
      }
      return (trainer.iteration() - WARM_UP) / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }

  private static List<PreparedImage> pictures(int count, int side) {
    Random random = new Random(SEED);
    List<PreparedImage> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[side * side * 3];
      random.nextBytes(rgb);
      pictures.add(new PreparedImage(rgb, side));
    }
    return pictures;
  }

  private static void print(List<Row> rows) {
    System.out.println(
        "| network | side | cosine fp32 | cosine fp16 | images/s fp32 | images/s fp16 | training"
            + " steps/s |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.6f | %.6f | %.0f | %.0f | %.2f |%n",
          row.network(),
          row.side(),
          row.exact(),
          row.rounded(),
          row.imagesFp32(),
          row.imagesFp16(),
          row.steps());
    }
  }
}
