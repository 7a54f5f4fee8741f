package io.sketchstream.encoder.network;

/// The type a network computes in. Input is always bytes, output always 32-bit floats.
public enum Precision {
  FP32(6),
  BF16(15),
  /// GPUs only.
  FP16(5),
  /// Convolutions in int8, everything else in fp32. CPUs only.
  INT8(6),
  /// For checks of the others: slow, and computed without oneDNN.
  FP64(7);

  private final int libtorch;

  Precision(int libtorch) {
    this.libtorch = libtorch;
  }

  /// libtorch's number of the type outside of int8 convolutions.
  int libtorch() {
    return libtorch;
  }
}
