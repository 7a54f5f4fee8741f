package io.sketchstream.encoder.network;

/// The type a network computes in. Its input is always bytes and its output always 32-bit floats.
public enum Precision {
  FP32(6),
  BF16(15),
  /// For GPUs.
  FP16(5),
  /// Convolutions in int8, for CPUs; what is between and after them in fp32.
  INT8(6);

  private final int libtorch;

  Precision(int libtorch) {
    this.libtorch = libtorch;
  }

  /// libtorch's number of the type of what is not a convolution.
  int libtorch() {
    return libtorch;
  }
}
