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
    int backfillPerSecondMax,
    Duration retryBackoff,
    Duration retryBackoffMax,
    Duration drainMax) {

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
        config.backfill().imagesPerSecond(),
        config.retryBackoff(),
        config.retryBackoffMax(),
        config.drainMax());
  }

  private static int orProcessors(int count) {
    return count == 0 ? Runtime.getRuntime().availableProcessors() : count;
  }
}
