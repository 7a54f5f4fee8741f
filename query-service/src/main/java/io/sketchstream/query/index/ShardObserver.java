package io.sketchstream.query.index;

import io.sketchstream.shell.tracing.Step;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Hears what shards do, for metrics. Called by the shards' own threads; must be quick.
public interface ShardObserver {
  /// Hears nothing.
  ShardObserver NONE = new ShardObserver() {};

  /// A record is about to be applied as it comes, not while the shard is filled.
  ///
  /// @return ends when it is
  default Step applying(RecordMetadata record, Headers headers) {
    return Step.NONE;
  }

  /// Searches see what was written up to now.
  default void refreshed(long nanos) {}

  /// New images became visible.
  ///
  /// @param oldest when the first of them came in
  default void visible(Instant oldest) {}

  /// A shard became durable.
  default void committed(long nanos) {}

  /// Segments were merged into one.
  default void merged(long nanos) {}

  /// A record was no embedding of this generation and was left out.
  default void refused() {}
}
