package io.sketchstream.benchmarks.measure;

import java.util.List;

/// A repeatable measurement.
public interface Benchmark {
  /// The name for `./sketchstream bench NAME`.
  String name();

  /// One line: what is measured, against what.
  String summary();

  /// Measures and prints, the `RESULT` line last.
  ///
  /// @throws Exception when the system under test does not come up or loses something; a benchmark
  ///   that could not measure has no result
  void run(List<String> arguments) throws Exception;
}
