package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Averages weights. Networks that were trained from the same start lie in one valley of the loss:
/// their mean is better than each of them (model soups, Wortsman et al., 2022). Interpolating it
/// slightly towards the start keeps knowledge about classes that were never trained (WiSE-FT, the
/// same authors).
final class WeightAveraging {
  private WeightAveraging() {}

  /// The mean of several networks, interpolated towards their start.
  ///
  /// @param trained one or more sets of weights with the same tensors
  /// @param start their common initial weights
  /// @param startShare share of the start, 0 to 1
  static Weights of(List<Weights> trained, Weights start, double startShare) {
    SequencedMap<String, Tensor> mixed = new LinkedHashMap<>();
    for (String name : start.names()) {
      float[] from = start.get(name).values();
      float[] values = new float[from.length];
      for (int i = 0; i < values.length; i++) {
        double sum = 0;
        for (Weights weights : trained) {
          sum += weights.get(name).values()[i];
        }
        values[i] = (float) ((1 - startShare) * sum / trained.size() + startShare * from[i]);
      }
      mixed.put(name, new Tensor(start.get(name).shape(), values));
    }
    return new Weights(mixed);
  }
}
