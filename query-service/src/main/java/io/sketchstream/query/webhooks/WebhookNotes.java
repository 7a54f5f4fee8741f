package io.sketchstream.query.webhooks;

import io.sketchstream.events.Instants;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TransactionalIds;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.shell.kafka.FencedTopic;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.Leadership;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/// The topic `webhooks`, and who writes it: the owner of its one partition calls all webhooks.
///
/// **Threads:** one; any may call [#all]. **Owns:** its Kafka clients.
final class WebhookNotes implements AutoCloseable {
  private static final String GROUP = "query-webhooks-leader";

  private static final FencedTopic.Spec<WebhookChanged> SPEC =
      new FencedTopic.Spec<>(
          Topics.WEBHOOKS,
          TransactionalIds.WEBHOOKS,
          "query-webhooks-notes",
          WebhookChanged::getQueryId,
          note -> note.getQueryId() + " " + Instants.of(note.getChangedAt()),
          note -> Instants.of(note.getChangedAt()));

  private final FencedTopic<WebhookChanged, NoteTable> topic;
  private final Leadership leadership;

  WebhookNotes(KafkaClients clients) {
    topic = FencedTopic.open(clients, SPEC, new NoteTable(), NoteTable::with);
    leadership = new Leadership(clients, GROUP, Topics.WEBHOOKS.name());
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
    return topic.value().all();
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
