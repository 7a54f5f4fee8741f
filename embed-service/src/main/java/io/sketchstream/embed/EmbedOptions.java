package io.sketchstream.embed;

import io.sketchstream.embed.device.DeviceOptions;
import io.sketchstream.embed.generations.GenerationServices.Retry;
import io.sketchstream.embed.images.ImageOptions;
import io.sketchstream.embed.sketches.SketchOptions;
import java.time.Duration;

/// The settings of [EmbedConfig], resolved on this machine.
///
/// @param sketchDecoders threads that render sketches and write their answers; as many wait for the
///   decoder processes
/// @param standingQueriesMax most standing queries that are embedded
record EmbedOptions(
    DeviceOptions device,
    ImageOptions images,
    SketchOptions sketches,
    int sketchDecoders,
    int standingQueriesMax,
    Retry retry) {
  private static final int LOADING_NICENESS_MAX = 10;

  /// A backfill may wait for processors for minutes.
  private static final Duration IMAGES_STALL_MAX = Duration.ofMinutes(15);

  /// Longer than any caller waits.
  private static final Duration SKETCHES_STALL_MAX = Duration.ofMinutes(5);

  static EmbedOptions of(EmbedConfig config, int standingQueriesMax) {
    return new EmbedOptions(
        new DeviceOptions(
            orProcessors(config.threads()),
            orProcessors(config.decoders()),
            config.microBatchMax(),
            Duration.ofMillis(config.imageBatchMillisMax()),
            new DeviceOptions.Backfill(
                orAllProcessorsButOne(config.backfill().threads()), config.backfill().niceness())),
        new ImageOptions(
            config.batchSizeMax(),
            config.inFlightBatchesMax(),
            config.backfill().imagesPerSecond(),
            config.drainMax(),
            IMAGES_STALL_MAX),
        new SketchOptions(config.sketchesInFlightMax(), config.drainMax(), SKETCHES_STALL_MAX),
        config.sketchDecoders(),
        standingQueriesMax,
        new Retry(config.retryBackoff(), config.retryBackoffMax()));
  }

  int loadingNiceness() {
    return Math.min(LOADING_NICENESS_MAX, device.backfill().niceness());
  }

  private static int orProcessors(int count) {
    return count == 0 ? Runtime.getRuntime().availableProcessors() : count;
  }

  private static int orAllProcessorsButOne(int count) {
    return count == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() - 1) : count;
  }
}
