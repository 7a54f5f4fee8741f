package io.sketchstream.encoder;

import ai.djl.Device;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Convolution;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.Quantization;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.images.PreparedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Calibrates a model for int8, on pictures like those it will serve.
///
/// 1. Half of the pictures go through the network in fp32; the range of each convolution's output
///    is the mean over the pictures of the smallest and of the largest output, so that one outlier
///    does not widen it for all.
/// 2. Each convolution alone is computed in int8, and the change of the embeddings is measured.
/// 3. As many convolutions as possible become int8, in ascending order of that change, while the
///    embeddings agree with fp32 on these pictures and on the synthetic ones ([SamplePictures]).
/// 4. The result is verified on the other half of the pictures. While it fails there, fewer
///    convolutions are used.
///
/// The ranges are measured on this CPU. Another CPU verifies them when it loads the model.
public final class Calibrator {
  /// Receives the progress.
  public interface Progress {
    /// Called after each unit of work.
    ///
    /// @param what the current step
    /// @param done units of it that are finished
    /// @param total units of it
    void phase(String what, int done, int total);
  }

  /// With fewer, the overlap of the ten nearest is not meaningful.
  public static final int PICTURES_MIN = 40;

  private static final int PROBED = 16;

  private final ModelArtifact model;
  private final Network network;
  private final Progress progress;
  private final List<PreparedImage> seen = new ArrayList<>();
  private final List<PreparedImage> unseen = new ArrayList<>();
  private final List<PreparedImage> drawn;

  private Calibrator(ModelArtifact model, List<PreparedImage> pictures, Progress progress) {
    this.model = model;
    this.network = model.network();
    this.progress = progress;
    for (int i = 0; i < pictures.size(); i++) {
      (i % 2 == 0 ? seen : unseen).add(pictures.get(i));
    }
    this.drawn = SamplePictures.of(model.inputSize());
  }

  /// Calibrates.
  ///
  /// @param pictures photos and sketches, mixed, at least [#PICTURES_MIN], of the model's input
  ///   size
  /// @return empty when no convolution can be int8
  /// @throws IllegalArgumentException when there are too few pictures
  public static Optional<Int8Calibration> calibrate(
      ModelArtifact model, List<PreparedImage> pictures, Progress progress)
      throws BrokenModelException {
    if (pictures.size() < PICTURES_MIN) {
      throw new IllegalArgumentException(
          "calibration needs at least %d pictures, not %d"
              .formatted(PICTURES_MIN, pictures.size()));
    }
    return new Calibrator(model, pictures, progress).calibrate();
  }

  private Optional<Int8Calibration> calibrate() throws BrokenModelException {
    Quantization ranges =
        TorchNetwork.observe(
            network,
            model.weights(),
            seen,
            done -> progress.phase("measure ranges", done, seen.size()));
    float[][] exactSeen;
    float[][] exactUnseen;
    float[][] exactDrawn;
    try (TorchNetwork full =
        TorchNetwork.open(network, model.weights(), Precision.FP32, Device.cpu())) {
      exactSeen = full.forward(seen);
      exactUnseen = full.forward(unseen);
      exactDrawn = full.forward(drawn);
    }
    List<String> order = byChange(ranges, exactSeen);
    int most = mostThatAgree(ranges, order, exactSeen, exactDrawn);
    for (int count = most; count > 0; count -= Math.max(1, count / 10)) {
      Quantization chosen = ranges.with(new HashSet<>(order.subList(0, count)));
      try (TorchNetwork some = open(chosen)) {
        Agreement agreement = Agreement.of(exactUnseen, some.forward(unseen));
        if (agreement.holds()) {
          return Optional.of(Int8Calibration.of(chosen, unseen.size(), agreement));
        }
      }
    }
    return Optional.empty();
  }

  /// How many convolutions, in this order, can be int8 and still agree: all, or found by bisection.
  private int mostThatAgree(
      Quantization ranges, List<String> order, float[][] exactSeen, float[][] exactDrawn)
      throws BrokenModelException {
    int holds = 0;
    int fails = order.size() + 1;
    int count = order.size();
    while (fails - holds > 1) {
      try (TorchNetwork some = open(ranges.with(new HashSet<>(order.subList(0, count))))) {
        boolean agrees =
            Agreement.of(exactSeen, some.forward(seen)).holds()
                && Agreement.of(exactDrawn, some.forward(drawn)).holds();
        holds = agrees ? count : holds;
        fails = agrees ? fails : count;
      }
      progress.phase("choose int8 convolutions", order.size() + 1 - fails + holds, order.size());
      count = (holds + fails) / 2;
    }
    return holds;
  }

  private TorchNetwork open(Quantization quantization) throws BrokenModelException {
    return TorchNetwork.openInt8(network, model.weights(), quantization);
  }

  /// Convolutions by how much each one alone changes the embeddings, least first.
  private List<String> byChange(Quantization ranges, float[][] exact) throws BrokenModelException {
    List<PreparedImage> probed = seen.subList(0, Math.min(PROBED, seen.size()));
    Map<String, Double> changes = new LinkedHashMap<>();
    for (Convolution convolution : network.convolutions()) {
      try (TorchNetwork one = open(ranges.with(Set.of(convolution.name())))) {
        float[][] rounded = one.forward(probed);
        double angle = 0;
        for (int i = 0; i < rounded.length; i++) {
          angle += 1 - Agreement.dot(exact[i], rounded[i]);
        }
        changes.put(convolution.name(), angle);
      }
      progress.phase("try each convolution", changes.size(), network.convolutions().size());
    }
    return changes.keySet().stream().sorted(Comparator.comparing(changes::get)).toList();
  }
}
