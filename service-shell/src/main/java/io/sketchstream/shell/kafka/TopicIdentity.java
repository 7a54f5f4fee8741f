package io.sketchstream.shell.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/// Kafka's own id of a topic, and whether it is still the one that was opened. A topic that was
/// deleted and recreated has another id; offsets of the former one say nothing about it, and a
/// consumer continues at them.
///
/// **Threads:** one. **Owns:** an admin client.
public final class TopicIdentity implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicIdentity.class);
  private static final Duration ASK_EVERY = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Admin admin;
  private final LogOffsets log;
  private final String topic;
  private final String id;
  private long askedNanos = System.nanoTime();

  /// Asks for the id.
  ///
  /// @param clientId of the admin client
  /// @throws KafkaException when Kafka does not answer or refuses
  public TopicIdentity(KafkaClients clients, String clientId, String topic) {
    this.topic = topic;
    admin = clients.admin(clientId, TIMEOUT);
    log = new LogOffsets(admin, TIMEOUT);
    try {
      id = current("");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// The id at the start; empty when there was no such topic.
  public String id() {
    return id;
  }

  /// Whether it has another id by now. Kafka is asked every few seconds; while it does not answer,
  /// the topic counts as the same.
  public boolean hasChanged() {
    if (System.nanoTime() - askedNanos < ASK_EVERY.toNanos()) {
      return false;
    }
    askedNanos = System.nanoTime();
    try {
      return !current(id).equals(id);
    } catch (RetriableException e) {
      LOG.debugf("the id of %s is not known: %s", topic, e.getMessage());
      return false;
    }
  }

  private String current(String otherwise) {
    return log.ids(List.of(topic)).getOrDefault(topic, otherwise);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
