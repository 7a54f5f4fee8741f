package io.sketchstream.benchmarks.measure;

import java.util.Arrays;
import java.util.Locale;

/// A sample of measurements, in milliseconds.
public final class Distribution {
  private final double[] sorted;

  public Distribution(double[] samples) {
    this.sorted = samples.clone();
    Arrays.sort(sorted);
  }

  /// The nearest-rank percentile.
  ///
  /// @param percent 0 to 100
  public double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  public double median() {
    return percentile(50);
  }

  public double mean() {
    return Arrays.stream(sorted).average().orElse(Double.NaN);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "n=%d  min %.1f  p50 %.1f  p90 %.1f  p99 %.1f  max %.1f ms",
        sorted.length,
        sorted[0],
        median(),
        percentile(90),
        percentile(99),
        sorted[sorted.length - 1]);
  }
}
