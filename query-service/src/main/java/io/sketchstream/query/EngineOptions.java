package io.sketchstream.query;

import io.sketchstream.query.fanout.FanOutOptions;
import io.sketchstream.query.index.IndexApplication;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.VectorFormat;
import io.sketchstream.query.standing.StandingOptions;
import io.sketchstream.query.webhooks.WebhookOptions;
import java.time.Duration;
import java.util.Map;

/// Converts the settings of the service to the options of its parts.
final class EngineOptions {
  private static final Duration WEBHOOK_RETRY_MIN = Duration.ofSeconds(1);

  private EngineOptions() {}

  /// @param awayMax age at which a shard is rebuilt
  static IndexOptions index(QueryConfig config, Duration awayMax) {
    return new IndexOptions(
        VectorFormat.of(config.vectors()),
        config.hnsw().maxConn(),
        config.hnsw().beamWidth(),
        config.hnsw().searchWidth(),
        config.ramBufferMax().asLongValue(),
        config.commitRecordsMax(),
        config.refreshIntervalMax(),
        awayMax);
  }

  static StandingOptions standing(QueryConfig config, int countMax) {
    return new StandingOptions(
        countMax,
        config.standing().matchesMax(),
        config.standing().sampleMax(),
        config.standing().calibrationInterval(),
        config.standing().overlap());
  }

  static WebhookOptions webhooks(QueryConfig config, int countMax) {
    QueryConfig.Standing.Webhooks webhooks = config.standing().webhooks();
    return new WebhookOptions(
        webhooks.allowHttp(),
        webhooks.allowPrivate(),
        webhooks.timeout(),
        WEBHOOK_RETRY_MIN,
        webhooks.retryMax(),
        webhooks.stopAfter(),
        webhooks.concurrentMax(),
        countMax);
  }

  static FanOutOptions fanOut(QueryConfig config) {
    return new FanOutOptions(
        config.scatter().hedgeDelay(),
        config.scatter().incompleteAfter(),
        config.scatter().requestsMax());
  }

  /// An exact answer may take the whole time; asking another copy as well would not help.
  static FanOutOptions exactFanOut(QueryConfig config) {
    Duration whole = config.timeoutMax();
    return new FanOutOptions(whole, whole, config.scatter().requestsMax());
  }

  static IndexApplication application(
      QueryConfig config, Map<String, Object> kafka, String instanceId, String address) {
    return new IndexApplication(
        kafka,
        config.stateDir(),
        instanceId,
        address,
        config.standbys(),
        config.indexingThreads(),
        config.sessionTimeout(),
        config.commitInterval(),
        config.closeTimeout());
  }
}
