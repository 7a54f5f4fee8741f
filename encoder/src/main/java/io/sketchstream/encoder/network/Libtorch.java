package io.sketchstream.encoder.network;

import ai.djl.engine.Engine;

/// Starts libtorch once, with settings that DJL reads only at start. A setting that is given as a
/// system property is kept.
public final class Libtorch {
  private static final Engine ENGINE = start();

  private Libtorch() {}

  /// The engine. Each Java thread that computes uses one core: with one thread per core this is
  /// faster than OpenMP, and no thread spins.
  public static Engine engine() {
    return ENGINE;
  }

  private static Engine start() {
    NativeHeap.keepFreedMemory();
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
