package io.sketchstream.shell.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Elects one instance of a service: whoever owns the first partition of a topic in a group.
/// Leadership stays where it is when another instance joins. It is a hint only; what a former
/// leader still writes is refused by the [FencedTopic].
///
/// **Threads:** one. **Owns:** a consumer, which reads nothing.
public final class Leadership implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int SESSION_MILLIS = 10_000;
  private static final int HEARTBEAT_MILLIS = 2_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition seat;
  private boolean leads;

  /// @param topic that exists
  public Leadership(KafkaClients clients, String group, String topic) {
    this.seat = new TopicPartition(topic, 0);
    this.consumer =
        clients.member(
            group + "-leadership",
            group,
            Map.of(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SESSION_MILLIS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                HEARTBEAT_MILLIS));
    this.consumer.subscribe(List.of(topic), new Seat());
  }

  /// Whether this instance leads. Takes part in the group, at most this long.
  ///
  /// @throws org.apache.kafka.common.KafkaException when Kafka refuses
  public boolean poll(Duration timeout) {
    consumer.poll(timeout); // Nothing: what is assigned is paused.
    return leads;
  }

  /// Takes part in the group and reads a topic, both together at most this long. While this
  /// instance leads, it is the topic's writer.
  ///
  /// @return whether this instance leads
  /// @throws org.apache.kafka.common.KafkaException when the topic has to be opened again
  public boolean poll(FencedTopic<?, ?> topic, Duration timeout) {
    boolean leader = poll(timeout.dividedBy(2));
    if (leader && !topic.isWriter()) {
      topic.takeOver();
    } else if (!leader && topic.isWriter()) {
      topic.resign();
    }
    boolean _ = topic.poll(timeout.dividedBy(2));
    return leader;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private final class Seat implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      leads |= partitions.contains(seat);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      leads &= !partitions.contains(seat);
    }
  }
}
