package io.sketchstream.embed;

import java.time.Duration;

/// What the core of this service can be told; [EmbedConfig] documents each.
record EmbedOptions(
    int threads,
    int decoders,
    int sketchDecoders,
    int batchSizeMax,
    int inFlightBatchesMax,
    int microBatchMax,
    Duration imageBatchMax,
    int sketchesInFlightMax,
    Backfill backfill,
    Duration retryBackoff,
    Duration retryBackoffMax,
    Duration drainMax) {

  /// What a generation that catches up may take.
  record Backfill(int threads, int niceness, int perSecondMax) {}

  static EmbedOptions of(EmbedConfig config) {
    return new EmbedOptions(
        orProcessors(config.threads()),
        orProcessors(config.decoders()),
        config.sketchDecoders(),
        config.batchSizeMax(),
        config.inFlightBatchesMax(),
        config.microBatchMax(),
        Duration.ofMillis(config.imageBatchMillisMax()),
        config.sketchesInFlightMax(),
        new Backfill(
            orAllProcessorsButOne(config.backfill().threads()),
            config.backfill().niceness(),
            config.backfill().imagesPerSecond()),
        config.retryBackoff(),
        config.retryBackoffMax(),
        config.drainMax());
  }

  private static int orProcessors(int count) {
    return count == 0 ? Runtime.getRuntime().availableProcessors() : count;
  }

  private static int orAllProcessorsButOne(int count) {
    return count == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() - 1) : count;
  }
}
