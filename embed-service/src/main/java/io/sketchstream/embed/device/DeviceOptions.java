package io.sketchstream.embed.device;

import java.time.Duration;

/// Threads and batch sizes of the device.
///
/// @param threads that run forward passes of sketches and live images
/// @param decoders threads that decode live images; a backfill has the same number of its own
/// @param microBatchMax requests in a forward pass
/// @param imageBatchMax longest forward pass of images
/// @param backfill threads of a backfill
public record DeviceOptions(
    int threads, int decoders, int microBatchMax, Duration imageBatchMax, Backfill backfill) {

  /// Threads of a backfill.
  ///
  /// @param threads that run its forward passes
  /// @param niceness nice value of its threads, see [io.sketchstream.shell.threads.Niceness]
  public record Backfill(int threads, int niceness) {}
}
