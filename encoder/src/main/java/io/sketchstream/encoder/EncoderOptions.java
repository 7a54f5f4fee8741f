package io.sketchstream.encoder;

/// How to run a network.
///
/// @param precision what it computes in; AUTO measures at start
/// @param threads how many calls of [Encoder#encode] may run at once, each on one core
/// @param device where it runs
public record EncoderOptions(Precision precision, int threads, Device device) {
  /// What the network computes in. Whatever is not fp32 is compared with fp32 before it is used.
  public enum Precision {
    /// The fastest of those that agree with fp32 on this device.
    AUTO,
    FP32,
    BF16,
    /// Convolutions in int8, for CPUs and models that were calibrated for it.
    INT8
  }

  /// Where the network runs.
  public enum Device {
    /// A GPU where libtorch finds one.
    AUTO,
    CPU,
    CUDA
  }

  public EncoderOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("an encoder needs 1 thread or more, not " + threads);
    }
  }

  /// Everything chosen at start, one call at a time.
  public static EncoderOptions defaults() {
    return new EncoderOptions(Precision.AUTO, 1, Device.AUTO);
  }

  public EncoderOptions withThreads(int threads) {
    return new EncoderOptions(precision, threads, device);
  }

  public EncoderOptions withPrecision(Precision precision) {
    return new EncoderOptions(precision, threads, device);
  }
}
