package io.sketchstream.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// A stopwatch of wall time and of CPU time of this JVM, all threads.
public final class Cpu {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final long startNanos = System.nanoTime();
  private final long startCpuNanos = SYSTEM.getProcessCpuTime();

  /// Processor time of the calling thread so far, in seconds.
  public static double ofThisThread() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  public double wallSeconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  public double cpuSeconds() {
    return (SYSTEM.getProcessCpuTime() - startCpuNanos) / 1e9;
  }
}
