package io.sketchstream.events;

import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/// A Kafka topic: its name, the serialisation of its values, and how long they stay, defined in one
/// place. Keys are strings in UTF-8.
///
/// @param <V> the Protobuf message in its values
/// @param name the topic's name
/// @param valueSerde writes and reads the values; null is a tombstone
/// @param cleanup what Kafka may forget
/// @param retention how long a record of a [Cleanup#DELETE] topic is kept
/// @param writer the one service that writes it
public record Topic<V>(
    String name, Serde<V> valueSerde, Cleanup cleanup, Duration retention, String writer) {

  /// What Kafka may forget of a topic.
  public enum Cleanup {
    /// All but the last record of each key.
    COMPACT,
    /// Everything older than the retention.
    DELETE
  }

  /// The topic for records of this topic that can't be processed, unchanged.
  public Topic<byte[]> deadLetters() {
    return deadLetters(name);
  }

  /// The topic for rejected records of a topic, byte for byte, with [EventHeaders] that say why.
  public static Topic<byte[]> deadLetters(String topic) {
    return new Topic<>(
        topic + "-dead-letter",
        Serdes.ByteArray(),
        Cleanup.DELETE,
        Duration.ofDays(7),
        "whoever rejects");
  }
}
