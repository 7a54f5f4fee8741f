package io.sketchstream.query.webhooks;

import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads `matches` again for webhooks that are behind, in turn, until each has reached the main
/// reader.
///
/// **Threads:** that of the main reader, so that the two never run concurrently. **Owns:** a
/// consumer.
final class CatchUp implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /// Bounds the wait of other webhooks for their turn, and of new matches for the main reader.
  private static final Duration ROUND_MAX = Duration.ofMillis(300);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Withdrawals withdrawals;
  private final Queue<Webhook> behind = new ArrayDeque<>();

  /// @param withdrawals known to the main reader
  CatchUp(KafkaClients clients, Withdrawals withdrawals) {
    this.withdrawals = withdrawals;
    consumer = MatchPositions.open(clients, Map.of());
  }

  /// A webhook is behind.
  void add(Webhook webhook) {
    if (!behind.contains(webhook)) {
      behind.add(webhook);
    }
  }

  /// Continues to read for a moment, for webhooks with room in their queue.
  ///
  /// @param read where the main reader is, by partition
  /// @return whether there is more to do at once
  boolean round(Map<Integer, Long> read) {
    long deadline = System.nanoTime() + ROUND_MAX.toNanos();
    boolean more = false;
    for (int turns = behind.size(); turns > 0 && deadline - System.nanoTime() > 0; turns--) {
      Webhook webhook = behind.remove();
      if (webhook.wantsMore()) {
        readFor(webhook, read, deadline);
        more = true;
      }
      if (webhook.isBehind()) {
        behind.add(webhook);
      }
    }
    return more;
  }

  private void readFor(Webhook webhook, Map<Integer, Long> read, long deadline) {
    List<TopicPartition> left = left(webhook, read);
    consumer.assign(left);
    left.forEach(partition -> consumer.seek(partition, webhook.from(partition.partition())));
    while (!left.isEmpty() && deadline - System.nanoTime() > 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < read.get(record.partition()) && !take(webhook, record)) {
          return;
        }
      }
      left.forEach(partition -> {
        int number = partition.partition();
        long position = consumer.position(partition, CALL_MAX);
        webhook.passed(number, Math.min(position, read.get(number)));
      });
      left = left(webhook, read);
    }
    if (left.isEmpty()) {
      webhook.caughtUp();
    }
  }

  private static List<TopicPartition> left(Webhook webhook, Map<Integer, Long> read) {
    return read.entrySet().stream()
        .filter(entry -> webhook.from(entry.getKey()) < entry.getValue())
        .map(entry -> new TopicPartition(Topics.MATCHES.name(), entry.getKey()))
        .toList();
  }

  /// @return false when there is no room
  private boolean take(Webhook webhook, ConsumerRecord<byte[], byte[]> record) {
    if (MatchPositions.queryId(record).equals(webhook.receiver().queryId())) {
      Optional<Delivery> delivery = MatchPositions.delivery(record).filter(withdrawals::admit);
      if (delivery.isPresent() && !webhook.offerAgain(delivery.get())) {
        return false;
      }
    }
    webhook.passed(record.partition(), record.offset() + 1);
    return true;
  }

  /// How many are behind.
  int count() {
    return behind.size();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }
}
