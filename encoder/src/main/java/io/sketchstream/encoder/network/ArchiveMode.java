package io.sketchstream.encoder.network;

/// The purpose of a TorchScript archive.
public enum ArchiveMode {
  /// In fp32 on a CPU, by XNNPACK.
  SERVING,
  /// In bf16 on a CPU, by oneDNN.
  SERVING_ONEDNN,
  /// For calibration: `extremes` gives, for one image, the smallest and the largest output of each
  /// convolution, in the order of the spec.
  OBSERVING,
  /// For any device of libtorch.
  SERVING_PLAIN,
  /// Gradients flow to every trained parameter; batch norms use their running statistics and leave
  /// them alone.
  TRAINING
}
