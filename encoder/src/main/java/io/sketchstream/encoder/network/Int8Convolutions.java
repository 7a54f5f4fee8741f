package io.sketchstream.encoder.network;

import io.sketchstream.encoder.network.Quantization.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The numbers for `convolution_int8.py`: activations of 0 to 255 with one scale per tensor,
/// weights of -127 to 127 with one scale per output channel.
///
/// A convolution outputs bytes if all that take its output are in int8 and it is not pooled, else
/// floats.
final class Int8Convolutions {
  private static final int LEVELS = 255;
  private static final int WEIGHT_MAX = 127;

  /// Without VNNI, CPUs add the products of two neighbouring input channels in 16 bits with
  /// saturation: 255 times this is the largest sum that fits.
  private static final int PAIR_MAX = Short.MAX_VALUE / LEVELS;

  /// libtorch's numbers of these types.
  private static final int UINT8 = 0;

  private static final int FLOAT32 = 6;

  private final Network network;
  private final Quantization quantization;
  private final boolean vnni;

  /// @param vnni whether this CPU sums byte products in 32 bits
  Int8Convolutions(Network network, Quantization quantization, boolean vnni) {
    this.network = network;
    this.quantization = quantization;
    this.vnni = vnni;
  }

  boolean contain(Convolution convolution) {
    return quantization.convolutions().contains(convolution.name());
  }

  /// The scale and the zero point, which padding needs.
  record Bytes(double scale, int zero) {
    static Bytes of(Range range) {
      float low = Math.min(range.low(), 0);
      float high = Math.max(range.high(), 0);
      double scale = (high - low) / LEVELS;
      return new Bytes(scale, (int) Math.round(-low / scale));
    }
  }

  /// Its attributes in the archive, apart from stride, padding and groups.
  SequencedMap<String, Object> attributes(Convolution convolution, Map<String, Tensor> folded) {
    Tensor weight = folded.get(convolution.weight());
    SequencedMap<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("weight", frozen(weight));
    attributes.put("bias", frozen(folded.get(convolution.bias())));
    List<Integer> channels = List.of(convolution.out());
    attributes.put("weight_scale", frozen(new Tensor(channels, scales(weight))));
    attributes.put("weight_zero", frozen(new Tensor(channels, new float[convolution.out()])));
    put(attributes, "in", convolution.input().map(this::bytes).orElseGet(this::pixels));
    put(attributes, "added", convolution.adds().map(this::bytes).orElse(new Bytes(1, 0)));
    boolean floats = !givesBytes(convolution);
    put(attributes, "out", floats ? new Bytes(1, 0) : bytes(convolution.name()));
    attributes.put("out_dtype", floats ? FLOAT32 : UINT8);
    return attributes;
  }

  private static Pickle.TensorAttribute frozen(Tensor tensor) {
    return new Pickle.TensorAttribute(tensor, false);
  }

  private static void put(SequencedMap<String, Object> attributes, String name, Bytes bytes) {
    attributes.put(name + "_scale", bytes.scale());
    attributes.put(name + "_zero", bytes.zero());
  }

  private Bytes bytes(String convolution) {
    return Bytes.of(quantization.ranges().get(convolution));
  }

  /// The range of normalised pixels.
  private Bytes pixels() {
    double low = 0;
    double high = 0;
    for (int channel = 0; channel < 3; channel++) {
      low = Math.min(low, -network.mean().get(channel) / network.std().get(channel));
      high = Math.max(high, (1 - network.mean().get(channel)) / network.std().get(channel));
    }
    return Bytes.of(new Range((float) low, (float) high));
  }

  private boolean givesBytes(Convolution convolution) {
    List<Convolution> takers =
        network.convolutions().stream().filter(other -> takes(other, convolution.name())).toList();
    return !convolution.pooled() && !takers.isEmpty() && takers.stream().allMatch(this::contain);
  }

  private static boolean takes(Convolution convolution, String output) {
    return convolution.input().filter(output::equals).isPresent()
        || convolution.adds().filter(output::equals).isPresent();
  }

  /// The scale of each output channel.
  private float[] scales(Tensor weight) {
    int out = weight.shape().get(0);
    int in = weight.shape().get(1);
    int area = weight.shape().get(2) * weight.shape().get(3);
    float[] scales = new float[out];
    for (int channel = 0; channel < out; channel++) {
      float scale = 0;
      for (int at = 0; at < area; at++) {
        for (int i = 0; i < in; i += 2) {
          int index = (channel * in + i) * area + at;
          float first = weight.values()[index];
          float second = i + 1 < in ? weight.values()[index + area] : 0;
          scale = Math.max(scale, scale(first, second));
        }
      }
      scales[channel] = Math.max(scale, Float.MIN_NORMAL);
    }
    return scales;
  }

  private float scale(float first, float second) {
    float larger = Math.max(Math.abs(first), Math.abs(second)) / WEIGHT_MAX;
    if (vnni) {
      return larger;
    }
    float up = Math.max(first, 0) + Math.max(second, 0);
    float down = -Math.min(first, 0) - Math.min(second, 0);
    // Each of the two is rounded, by half a step at most.
    return Math.max(larger, Math.max(up, down) / (PAIR_MAX - 1));
  }
}
