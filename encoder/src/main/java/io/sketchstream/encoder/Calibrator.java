package io.sketchstream.encoder;

import ai.djl.Device;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Convolution;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Precision;
import io.sketchstream.encoder.network.Quantization;
import io.sketchstream.encoder.network.TorchNetwork;
import io.sketchstream.encoder.pixels.PreparedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes a model ready for int8, from pictures of the kind it will be given.
///
/// 1. Half of the pictures go through the network in fp32; the range of each convolution's output
///    is the mean of the lowest and of the highest number that each picture brings about, so that
///    one odd picture does not cost the others their precision.
/// 2. Each convolution alone is computed in int8: how far does that turn the embeddings?
/// 3. As many convolutions as possible become int8, those first that turn them least, while
///    embeddings agree with fp32 on these pictures and on those that a start draws by formula.
/// 4. What comes out is verified on the other half of the pictures. While it fails there, fewer
///    convolutions are taken.
///
/// Ranges are those of the CPU it runs on; what differs on another one, a start verifies there.
public final class Calibrator {
  /// Told how far it is.
  public interface Progress {
    /// @param what is being done
    /// @param done of it
    /// @param total of it
    void phase(String what, int done, int total);
  }

  /// Fewer say little about the ten nearest.
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
  /// @param pictures photos and sketches, mixed, [#PICTURES_MIN] or more, of the model's size
  /// @return empty when not even one convolution may be int8
  /// @throws IllegalArgumentException when there are too few pictures
  public static Optional<Calibration> calibrate(
      ModelArtifact model, List<PreparedImage> pictures, Progress progress)
      throws BrokenModelException {
    if (pictures.size() < PICTURES_MIN) {
      throw new IllegalArgumentException(
          "calibration needs %d pictures or more, not %d".formatted(PICTURES_MIN, pictures.size()));
    }
    return new Calibrator(model, pictures, progress).calibrate();
  }

  private Optional<Calibration> calibrate() throws BrokenModelException {
    Quantization ranges =
        Quantization.observe(
            network,
            model.weights(),
            seen,
            done -> progress.phase("look at ranges", done, seen.size()));
    float[][] exactSeen;
    float[][] exactUnseen;
    float[][] exactDrawn;
    try (TorchNetwork full =
        TorchNetwork.open(network, model.weights(), Precision.FP32, Device.cpu())) {
      exactSeen = full.forward(seen);
      exactUnseen = full.forward(unseen);
      exactDrawn = full.forward(drawn);
    }
    List<String> order = leastFirst(ranges, exactSeen);
    int most = mostThatAgree(ranges, order, exactSeen, exactDrawn);
    for (int count = most; count > 0; count -= Math.max(1, count / 10)) {
      Quantization chosen = ranges.with(new HashSet<>(order.subList(0, count)));
      try (TorchNetwork some = open(chosen)) {
        Agreement agreement = Agreement.of(exactUnseen, some.forward(unseen));
        if (agreement.holds()) {
          return Optional.of(Calibration.of(chosen, unseen.size(), agreement));
        }
      }
    }
    return Optional.empty();
  }

  /// The most convolutions in this order that agree on the pictures seen: all, or found by halving.
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
      progress.phase("choose what is int8", order.size() + 1 - fails + holds, order.size());
      count = (holds + fails) / 2;
    }
    return holds;
  }

  private TorchNetwork open(Quantization quantization) throws BrokenModelException {
    return TorchNetwork.openInt8(network, model.weights(), quantization);
  }

  /// Convolutions in the order of how far each alone turns embeddings.
  private List<String> leastFirst(Quantization ranges, float[][] exact)
      throws BrokenModelException {
    List<PreparedImage> probed = seen.subList(0, Math.min(PROBED, seen.size()));
    Map<String, Double> turned = new LinkedHashMap<>();
    for (Convolution convolution : network.convolutions()) {
      try (TorchNetwork one = open(ranges.with(Set.of(convolution.name())))) {
        float[][] rounded = one.forward(probed);
        double angle = 0;
        for (int i = 0; i < rounded.length; i++) {
          angle += 1 - Agreement.dot(exact[i], rounded[i]);
        }
        turned.put(convolution.name(), angle);
      }
      progress.phase("try one by one", turned.size(), network.convolutions().size());
    }
    return turned.keySet().stream().sorted(Comparator.comparing(turned::get)).toList();
  }
}
