package io.sketchstream.embed.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryBounds;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A record of `standing-queries`.
///
/// @param query empty for a removal, and where the record is not valid
/// @param refusal why it is not valid; empty where it is
record ReceivedQuery(
    ConsumerRecord<byte[], byte[]> record, Optional<StandingQuery> query, String refusal) {
  private static final int KEY_SIZE_MAX = 1_000;

  static ReceivedQuery of(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return new ReceivedQuery(record, Optional.empty(), "");
    }
    try {
      StandingQuery query = StandingQuery.parseFrom(record.value());
      StandingQueryBounds.check(key(record), query);
      return new ReceivedQuery(record, Optional.of(query), "");
    } catch (InvalidProtocolBufferException e) {
      return new ReceivedQuery(record, Optional.empty(), "not a StandingQuery: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return new ReceivedQuery(record, Optional.empty(), e.getMessage());
    }
  }

  /// A removal instead, for a query beyond the quota.
  ReceivedQuery withoutRoom() {
    return new ReceivedQuery(record, Optional.empty(), "");
  }

  /// The text of its key; empty when it has none.
  String key() {
    return key(record);
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), UTF_8);
  }

  /// Whether it has a key that an embedding can have.
  boolean isAnswered() {
    return record.key() != null && record.key().length <= KEY_SIZE_MAX;
  }
}
