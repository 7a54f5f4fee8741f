package io.sketchstream.encoder;

import ai.djl.Device;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.pixels.PreparedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Settles what a network computes in. A lower precision is taken only if this device has it in
/// hardware, it agrees with fp32 on sample images, and, unless it was asked for, it is faster.
final class PrecisionChoice {
  /// Cosine of the same image in both, the lowest of the samples.
  static final float COSINE_MIN = 0.99f;

  /// Of the ten nearest samples of each sample, how many are the same in both, on average.
  static final double OVERLAP_MIN = 0.97;

  private static final int SAMPLES = 40;
  private static final int NEAREST = 10;
  private static final int TIMED_BATCH = 8;
  private static final int TIMED_RUNS = 3;

  /// An open network, what it computes in and why.
  record Chosen(TorchNetwork network, Precision precision, String reason) {}

  private PrecisionChoice() {}

  static Chosen open(ModelArtifact model, EncoderOptions.Precision wanted, Device device)
      throws BrokenModelException {
    Precision lower =
        device.isGpu() && wanted == EncoderOptions.Precision.AUTO ? Precision.FP16 : Precision.BF16;
    TorchNetwork full = TorchNetwork.open(model.network(), model.weights(), Precision.FP32, device);
    if (wanted == EncoderOptions.Precision.FP32) {
      return new Chosen(full, Precision.FP32, "as configured");
    }
    if (!device.isGpu() && !cpuHasBf16()) {
      if (wanted == EncoderOptions.Precision.AUTO) {
        return new Chosen(full, Precision.FP32, "this CPU has no bf16 instructions");
      }
      full.close();
      throw new IllegalStateException("this CPU has no bf16 instructions");
    }
    TorchNetwork reduced = TorchNetwork.open(model.network(), model.weights(), lower, device);
    List<PreparedImage> samples = samples(model.inputSize());
    float[][] exact = full.forward(samples);
    float[][] rounded = reduced.forward(samples);
    String agreement =
        String.format(
            Locale.ROOT,
            "lowest cosine %.4f and top-%d overlap %.3f against fp32",
            lowestCosine(exact, rounded),
            NEAREST,
            overlap(exact, rounded));
    boolean agrees =
        lowestCosine(exact, rounded) >= COSINE_MIN && overlap(exact, rounded) >= OVERLAP_MIN;
    if (wanted != EncoderOptions.Precision.AUTO && !agrees) {
      full.close();
      reduced.close();
      throw new IllegalStateException(lower + " differs too much: " + agreement);
    }
    if (wanted == EncoderOptions.Precision.AUTO
        && (!agrees || seconds(reduced, samples) >= seconds(full, samples))) {
      reduced.close();
      return new Chosen(full, Precision.FP32, agrees ? lower + " is no faster" : agreement);
    }
    full.close();
    return new Chosen(reduced, lower, agreement);
  }

  /// bf16 without these instructions works, slowly.
  static boolean cpuHasBf16() {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpus)) {
      return false;
    }
    try {
      String flags = Files.readString(cpus);
      return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
    } catch (IOException e) {
      return false;
    }
  }

  private static double seconds(TorchNetwork network, List<PreparedImage> samples) {
    List<PreparedImage> batch = samples.subList(0, TIMED_BATCH);
    long best = Long.MAX_VALUE;
    for (int run = 0; run < TIMED_RUNS; run++) {
      long start = System.nanoTime();
      network.forward(batch);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best / 1e9;
  }

  static float lowestCosine(float[][] exact, float[][] rounded) {
    float lowest = Float.POSITIVE_INFINITY;
    for (int i = 0; i < exact.length; i++) {
      lowest = Math.min(lowest, dot(exact[i], rounded[i]));
    }
    return lowest;
  }

  static double overlap(float[][] exact, float[][] rounded) {
    int same = 0;
    for (int query = 0; query < exact.length; query++) {
      List<Integer> wanted = nearest(exact, query);
      wanted.retainAll(nearest(rounded, query));
      same += wanted.size();
    }
    return same / (double) (exact.length * Math.min(NEAREST, exact.length - 1));
  }

  private static List<Integer> nearest(float[][] rows, int query) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, rows.length).filter(i -> i != query).boxed().toList());
    order.sort((a, b) -> Float.compare(dot(rows[query], rows[b]), dot(rows[query], rows[a])));
    return new ArrayList<>(order.subList(0, Math.min(NEAREST, order.size())));
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// Drawn by formula, so that a start needs no files: rings, stripes and gradients of several
  /// colours and scales.
  static List<PreparedImage> samples(int size) {
    List<PreparedImage> samples = new ArrayList<>();
    for (int sample = 0; sample < SAMPLES; sample++) {
      byte[] rgb = new byte[size * size * 3];
      double scale = 6 + 4 * (sample % 7);
      double slant = 0.4 * (sample % 11);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double u = (x - size / 2.0) / size;
          double v = (y - size / 2.0) / size;
          double ring = Math.sin(scale * Math.hypot(u, v * (1 + slant)));
          double stripe = Math.sin(scale * (u * Math.cos(slant) + v * Math.sin(slant)));
          double mix = sample % 3 / 2.0;
          double tone = 127 + 90 * (mix * ring + (1 - mix) * stripe);
          int at = 3 * (y * size + x);
          rgb[at] = (byte) (int) (tone);
          rgb[at + 1] = (byte) (int) (tone * (0.5 + 0.1 * (sample % 5)));
          rgb[at + 2] = (byte) (int) (255 - tone * (0.3 + 0.1 * (sample % 4)));
        }
      }
      samples.add(new PreparedImage(rgb, size));
    }
    return samples;
  }
}
