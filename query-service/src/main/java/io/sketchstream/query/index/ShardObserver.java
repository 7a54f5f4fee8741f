package io.sketchstream.query.index;

import io.sketchstream.shell.tracing.Step;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Listener to the shards, for metrics. Called on the shards' own threads; must be quick.
public interface ShardObserver {
  /// Ignores everything.
  ShardObserver NONE = new ShardObserver() {};

  /// A new record is about to be applied; not called while the shard is restored.
  ///
  /// @return ends when it is
  default Step applying(RecordMetadata record, Headers headers) {
    return Step.NONE;
  }

  /// Searches see what was written up to now.
  default void refreshed(long nanos) {}

  /// New images became visible.
  ///
  /// @param oldest when the first of them arrived
  default void visible(Instant oldest) {}

  /// A shard was committed.
  default void committed(long nanos) {}

  /// Segments were merged into one.
  default void merged(long nanos) {}

  /// A record was not a valid embedding of this generation and was skipped.
  default void refused() {}
}
