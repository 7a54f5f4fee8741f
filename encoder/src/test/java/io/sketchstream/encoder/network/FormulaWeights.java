package io.sketchstream.encoder.network;

import io.sketchstream.images.PreparedImage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Weights and images by formula, the same as in `make_fixture.py`: networks without any file.
public final class FormulaWeights {
  private FormulaWeights() {}

  /// Weights of the trunk.
  public static Weights of(Network network) {
    return of(network.parameters());
  }

  /// Weights of the trunk and of an embedding.
  public static Weights of(Network network, int embeddingDimension) {
    return of(network.parameters(embeddingDimension));
  }

  private static Weights of(List<Parameter> parameters) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      tensors.put(parameter.name(), tensor(parameter.name(), parameter.shape()));
    }
    return new Weights(tensors);
  }

  static Tensor tensor(String name, List<Integer> shape) {
    int size = shape.stream().reduce(1, Math::multiplyExact);
    int fanIn = size / shape.getFirst();
    long seed = fnv1a(name);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      double u = (splitMix64(seed + i * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
      double value;
      if (shape.size() > 1) {
        value = (2 * u - 1) * Math.sqrt(6.0 / fanIn);
      } else if (name.endsWith("running_var")) {
        value = 0.5 + u;
      } else if (name.endsWith(".weight")) {
        value = 0.5 + 0.4 * u;
      } else {
        value = 0.2 * (u - 0.5);
      }
      values[i] = (float) value;
    }
    return new Tensor(shape, values);
  }

  private static long fnv1a(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  private static long splitMix64(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// An image by formula; another for each variant.
  public static PreparedImage image(int size, int variant) {
    byte[] rgb = new byte[size * size * 3];
    int i = 0;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[i++] =
              (byte) (5 * x + 3 * y + 40 * c + (x * y * (c + 1)) / 8 + variant * (7 * x + 31 * c));
        }
      }
    }
    return new PreparedImage(rgb, size);
  }
}
