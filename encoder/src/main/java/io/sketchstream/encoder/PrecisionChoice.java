package io.sketchstream.encoder;

import ai.djl.Device;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.CpuInstructions;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.images.PreparedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Chooses the precision of a network. A lower precision is used only if it agrees with fp32 on
/// sample pictures on this device and, unless it was requested, is faster. int8 needs a model that
/// is calibrated for it.
final class PrecisionChoice {
  private static final int BATCH = 8;

  /// Of fp32 to fp64. Right kernels have .99999.
  private static final double FULL_COSINE_MIN = 0.999;

  private static final int TIMED_RUNS = 3;

  /// Share of the time of the fastest precision so far. A smaller gain is noise.
  private static final double TIME_SHARE_MAX = 0.9;

  /// Without VNNI an int8 convolution is up to twice as fast. With a smaller share of them the gain
  /// is not worth the trial at start.
  private static final double INT8_SHARE_MIN = 0.75;

  /// Networks, with the size of their input, that this process has proved in fp32.
  private static final Set<String> PROVED = ConcurrentHashMap.newKeySet();

  /// An open network, its precision and the reason.
  record Chosen(TorchNetwork network, Precision precision, String reason) {}

  private final ModelArtifact model;
  private final Device device;

  private PrecisionChoice(ModelArtifact model, Device device) {
    this.model = model;
    this.device = device;
  }

  /// @throws IllegalStateException when this device or this model does not support the requested
  ///   precision, or it differs too much from fp32
  static Chosen open(ModelArtifact model, EncoderOptions.Precision wanted, Device device)
      throws BrokenModelException {
    var choice = new PrecisionChoice(model, device);
    return switch (wanted) {
      case AUTO -> choice.fastest();
      case FP32 -> new Chosen(choice.full(), Precision.FP32, "as configured");
      case BF16 -> choice.requested(Precision.BF16);
      case INT8 -> choice.requested(Precision.INT8);
    };
  }

  private Chosen requested(Precision lower) throws BrokenModelException {
    refusal(lower)
        .ifPresent(reason -> {
          throw new IllegalStateException(reason);
        });
    List<PreparedImage> samples = SamplePictures.of(model.inputSize());
    float[][] exact;
    try (TorchNetwork full = full()) {
      exact = full.forward(samples);
    }
    TorchNetwork reduced = open(lower);
    Agreement agreement = Agreement.of(exact, reduced.forward(samples));
    if (!agreement.holds()) {
      reduced.close();
      throw new IllegalStateException(lower + " differs too much here: " + agreement);
    }
    return new Chosen(reduced, lower, agreement.toString());
  }

  /// Why a precision cannot be tried.
  private Optional<String> refusal(Precision lower) {
    if (lower == Precision.BF16 && !device.isGpu() && !CpuInstructions.haveBf16()) {
      return Optional.of("this CPU has no bf16 instructions");
    }
    if (lower == Precision.INT8 && device.isGpu()) {
      return Optional.of("int8 is for CPUs");
    }
    if (lower == Precision.INT8 && model.calibration().isEmpty()) {
      return Optional.of("this model is not calibrated for int8: run ./sketchstream calibrate");
    }
    return model
        .calibration()
        .filter(calibration -> lower == Precision.INT8 && !calibration.agreement().holds())
        .map(calibration -> "int8 differs too much on real pictures: " + calibration.agreement());
  }

  private Chosen fastest() throws BrokenModelException {
    List<Precision> candidates = candidates();
    TorchNetwork full = full();
    if (candidates.isEmpty()) {
      return new Chosen(full, Precision.FP32, "this device supports no other precision");
    }
    Trial trial = new Trial(full, model.inputSize());
    Chosen best = new Chosen(full, Precision.FP32, "");
    List<String> reasons = new ArrayList<>();
    for (Precision candidate : candidates) {
      TorchNetwork reduced = open(candidate);
      Agreement agreement = trial.agreement(reduced);
      if (agreement.holds() && trial.isFaster(reduced)) {
        best.network().close();
        best = new Chosen(reduced, candidate, agreement.toString());
      } else {
        reduced.close();
        reasons.add(candidate + (agreement.holds() ? " is no faster" : " differs: " + agreement));
      }
    }
    return best.network() == full
        ? new Chosen(full, Precision.FP32, String.join(", ", reasons))
        : best;
  }

  /// The precisions that the device supports in hardware and the model is calibrated for.
  private List<Precision> candidates() {
    if (device.isGpu()) {
      return List.of(Precision.FP16);
    }
    List<Precision> candidates = new ArrayList<>();
    if (CpuInstructions.haveBf16()) {
      candidates.add(Precision.BF16);
    }
    if (refusal(Precision.INT8).isEmpty() && int8Pays()) {
      candidates.add(Precision.INT8);
    }
    return candidates;
  }

  private boolean int8Pays() {
    double share =
        model.calibration().orElseThrow().convolutions().size()
            / (double) model.network().convolutions().size();
    return CpuInstructions.haveVnni() || share >= INT8_SHARE_MIN;
  }

  private TorchNetwork full() throws BrokenModelException {
    TorchNetwork full = open(Precision.FP32);
    String proved = model.network().name() + ' ' + model.inputSize();
    if (!device.isGpu() && !CpuInstructions.areLimited() && !PROVED.contains(proved)) {
      prove(full);
      PROVED.add(proved);
    }
    return full;
  }

  /// Compares fp32 with fp64, in which oneDNN has no part: its kernels may be wrong on a CPU that
  /// nobody tried. Not where they are limited already: NNPACK would write a warning for each layer.
  private void prove(TorchNetwork full) throws BrokenModelException {
    List<PreparedImage> sample = SamplePictures.of(model.inputSize(), 0, 1);
    try (TorchNetwork reference = open(Precision.FP64)) {
      double cosine = Agreement.of(reference.forward(sample), full.forward(sample)).cosine();
      if (!(cosine >= FULL_COSINE_MIN)) {
        full.close();
        throw new IllegalStateException(
            "fp32 is wrong on this CPU: cosine %.4f to fp64; the environment variable"
                    .formatted(cosine)
                + " ONEDNN_MAX_CPU_ISA=AVX may help");
      }
    }
  }

  private TorchNetwork open(Precision precision) throws BrokenModelException {
    return precision == Precision.INT8
        ? TorchNetwork.openInt8(
            model.network(), model.weights(), model.calibration().orElseThrow().quantization())
        : TorchNetwork.open(model.network(), model.weights(), precision, device);
  }

  /// Compares precisions with fp32 and with each other. It stops as soon as the outcome is known,
  /// because a model that loads for a backfill competes with searches.
  private static final class Trial {
    private final TorchNetwork full;
    private final int size;
    private final List<PreparedImage> samples = new ArrayList<>(); // Filled on demand.
    private final List<float[]> exact = new ArrayList<>();
    private double fastest = Double.NaN;

    Trial(TorchNetwork full, int size) {
      this.full = full;
      this.size = size;
    }

    /// Over all samples, or until one disagrees.
    Agreement agreement(TorchNetwork reduced) {
      List<float[]> rounded = new ArrayList<>();
      Agreement agreement;
      do {
        List<PreparedImage> batch = batch(rounded.size());
        rounded.addAll(List.of(reduced.forward(batch)));
        agreement = Agreement.of(rows(exact.subList(0, rounded.size())), rows(rounded));
      } while (rounded.size() < SamplePictures.COUNT && agreement.isCloseEnough());
      return agreement;
    }

    private List<PreparedImage> batch(int from) {
      int to = Math.min(from + BATCH, SamplePictures.COUNT);
      if (samples.size() < to) {
        samples.addAll(SamplePictures.of(size, from, to));
        exact.addAll(List.of(full.forward(samples.subList(from, to))));
      }
      return samples.subList(from, to);
    }

    private static float[][] rows(List<float[]> rows) {
      return rows.toArray(float[][]::new);
    }

    /// Whether it is faster than the fastest so far.
    boolean isFaster(TorchNetwork reduced) {
      if (Double.isNaN(fastest)) {
        fastest = seconds(full);
      }
      double seconds = seconds(reduced);
      if (seconds >= TIME_SHARE_MAX * fastest) {
        return false;
      }
      fastest = seconds;
      return true;
    }

    private double seconds(TorchNetwork network) {
      long best = Long.MAX_VALUE;
      for (int run = 0; run < TIMED_RUNS; run++) {
        long start = System.nanoTime();
        network.forward(batch(0));
        best = Math.min(best, System.nanoTime() - start);
      }
      return best / 1e9;
    }
  }
}
