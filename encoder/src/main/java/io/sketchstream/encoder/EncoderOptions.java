package io.sketchstream.encoder;

/// How to run a network.
///
/// @param precision the type it computes in; AUTO measures at start
/// @param threads how many calls of [Encoder#encode] may run concurrently, each on one core
/// @param device where it runs
public record EncoderOptions(Precision precision, int threads, Device device) {
  /// The type the network computes in. Any other than fp32 is compared with fp32 before it is used.
  public enum Precision {
    /// The fastest that agrees with fp32 on this device.
    AUTO,
    FP32,
    BF16,
    /// Convolutions in int8; CPUs only, and only models that are calibrated for it.
    INT8
  }

  /// Where the network runs.
  public enum Device {
    /// A GPU if libtorch finds one, else the CPU.
    AUTO,
    CPU,
    CUDA
  }

  public EncoderOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("an encoder needs at least 1 thread, not " + threads);
    }
  }

  /// Precision and device chosen at start, one thread.
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
