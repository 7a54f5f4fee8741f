package io.sketchstream.query.webhooks;

import io.sketchstream.events.Instants;
import io.sketchstream.events.MatchPosition;
import io.sketchstream.events.StandingQueryBounds;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TransactionalIds;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.shell.kafka.FencedTopic;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.Leadership;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;

/// The topic `webhooks`, and who writes it: the owner of its one partition calls all webhooks.
///
/// **Threads:** one; any may call [#all]. **Owns:** its Kafka clients.
final class WebhookNotes implements AutoCloseable {
  private static final String GROUP = "query-webhooks-leader";

  /// More than `matches` ever has.
  private static final int PARTITIONS_MAX = 10_000;

  private static final FencedTopic.Spec<WebhookChanged> SPEC =
      new FencedTopic.Spec<>(
          Topics.WEBHOOKS,
          TransactionalIds.WEBHOOKS,
          "query-webhooks-notes",
          WebhookChanged::getQueryId,
          note -> note.getQueryId() + " " + Instants.of(note.getChangedAt()),
          note -> Instants.of(note.getChangedAt()));

  private final FencedTopic<WebhookChanged, Map<String, WebhookChanged>> topic;
  private final Leadership leadership;

  WebhookNotes(KafkaClients clients) {
    topic = FencedTopic.open(clients, SPEC, new ConcurrentHashMap<>(), WebhookNotes::with);
    leadership = new Leadership(clients, GROUP, Topics.WEBHOOKS.name());
  }

  /// Applies one record, in place. An invalid record counts as a removal, since compaction keeps
  /// only the last record of a key; who leads writes the webhook's note again.
  ///
  /// @param note null for a removal
  /// @throws IllegalArgumentException when the record is not valid
  static Map<String, WebhookChanged> with(
      Map<String, WebhookChanged> notes, String key, WebhookChanged note) {
    require(key != null, "it has no key");
    notes.remove(key);
    if (note != null) {
      check(key, note);
      notes.put(key, note);
    }
    return notes;
  }

  private static void check(String key, WebhookChanged note) {
    require(StandingQueryBounds.isQueryId(key), "its key is no id of a standing query");
    require(note.getQueryId().equals(key), "its key is not its query_id");
    int reason = note.getReason().length();
    require(
        reason <= Webhook.REASON_LENGTH_MAX,
        "its reason has " + reason + " characters, more than " + Webhook.REASON_LENGTH_MAX);
    require(
        note.getRemainingCount() <= PARTITIONS_MAX,
        "it names " + note.getRemainingCount() + " positions, more than " + PARTITIONS_MAX);
    Set<Integer> partitions = new HashSet<>();
    for (MatchPosition position : note.getRemainingList()) {
      require(
          position.getPartition() >= 0 && position.getPartition() < PARTITIONS_MAX,
          "partition %s is not below %d"
              .formatted(Integer.toUnsignedString(position.getPartition()), PARTITIONS_MAX));
      require(
          position.getOffset() >= 0,
          "offset " + Long.toUnsignedString(position.getOffset()) + " is above 2^63");
      require(
          partitions.add(position.getPartition()),
          "it names partition " + position.getPartition() + " twice");
    }
  }

  private static void require(boolean valid, String reason) {
    if (!valid) {
      throw new IllegalArgumentException(reason);
    }
  }

  /// Reads what is new, and takes over or resigns.
  ///
  /// @return whether this instance leads
  /// @throws KafkaException when it has to be opened again
  boolean poll(Duration timeout) {
    return leadership.poll(topic, timeout);
  }

  /// What is noted, by query id.
  Map<String, WebhookChanged> all() {
    return topic.value();
  }

  /// @throws KafkaException when another instance leads by now, or Kafka does not answer
  void publish(Collection<WebhookChanged> changed, Collection<String> removed) {
    topic.publish(changed, removed);
  }

  @Override
  public void close() {
    leadership.close();
    topic.close();
  }
}
