package io.sketchstream.encoder.network;

import ai.djl.Device;
import ai.djl.engine.Engine;

/// Starts libtorch once, with settings that DJL reads only at start. A setting that is given as a
/// system property is kept.
public final class Libtorch {
  /// Name of a system property.
  public static final String DEVICE = "sketchstream.device";

  private static final Engine ENGINE = start();

  private Libtorch() {}

  /// The engine. Each Java thread that computes uses one core: with one thread per core this is
  /// faster than OpenMP, and no thread spins.
  public static Engine engine() {
    return ENGINE;
  }

  /// Where networks run whose device is not said: on a GPU if libtorch finds one. The system
  /// property `sketchstream.device` overrules that: `cpu`, or `cuda`.
  ///
  /// @throws IllegalStateException when it says `cuda` and there is no GPU
  public static Device device() {
    return switch (System.getProperty(DEVICE, "auto")) {
      case "cpu" -> Device.cpu();
      case "cuda" -> gpu();
      case "auto" -> ENGINE.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
      default -> throw new IllegalStateException(DEVICE + " is not auto, cpu or cuda");
    };
  }

  /// The first GPU.
  ///
  /// @throws IllegalStateException when there is none
  public static Device gpu() {
    if (ENGINE.getGpuCount() == 0) {
      throw new IllegalStateException("libtorch finds no GPU");
    }
    return Device.gpu();
  }

  private static Engine start() {
    NativeHeap.keepFreedMemory();
    OneDnn.limit();
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("ai.djl.pytorch.num_threads", "1");
    setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
    return Engine.getEngine("PyTorch");
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
