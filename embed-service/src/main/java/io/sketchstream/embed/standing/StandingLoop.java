package io.sketchstream.embed.standing;

import io.sketchstream.embed.device.LoadedEncoder;
import io.sketchstream.embed.device.Priority;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/// Embeds the standing queries for one generation. The instance that has the one partition of
/// `standing-queries` writes all of them, in order; what a poll returned is written and
/// acknowledged before its offset is committed, so a crash repeats it, to the same effect. What
/// others wrote late, or Kafka has lost, is written again, see [StandingOwner].
///
/// **Threads:** [#run] belongs to one, the only caller of poll and commit. **Owns:** a consumer and
/// a producer.
public final class StandingLoop {
  private static final Logger LOG = Logger.getLogger(StandingLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration COMMIT_MAX = Duration.ofSeconds(5);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /// Queries in one poll: a few seconds of forward passes, so that the group does not miss us.
  private static final int POLL_RECORDS_MAX = 128;

  private final Generation generation;
  private final LoadedEncoder encoder;
  private final Supplier<Priority> priority;
  private final KafkaClients clients;
  private final InstantSource clock;
  private final int countMax;

  /// @param priority of the forward passes
  /// @param countMax most queries that are embedded, see [StandingQuota]
  public StandingLoop(
      Generation generation,
      LoadedEncoder encoder,
      Supplier<Priority> priority,
      KafkaClients clients,
      InstantSource clock,
      int countMax) {
    this.generation = generation;
    this.encoder = encoder;
    this.priority = priority;
    this.clients = clients;
    this.clock = clock;
    this.countMax = countMax;
  }

  /// Runs until the worker is to end.
  ///
  /// @throws KafkaException when an embedding can't be written or Kafka refuses us
  public void run(Worker worker) {
    String name = generation.standingGroup();
    KafkaProducer<byte[], byte[]> producer = producer(name + "-writer");
    KafkaConsumer<byte[], byte[]> consumer =
        clients.member(
            name, name, Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX));
    StandingEmbedder embedder = new StandingEmbedder(generation, encoder, priority, clock);
    StandingOwner owner = new StandingOwner(generation, clients, consumer, countMax);
    try {
      consumer.subscribe(List.of(Topics.STANDING_QUERIES.name()), owner);
      while (!worker.isStopping()) {
        List<byte[]> removals = owner.attend();
        write(producer, removals.stream().map(embedder::removal).toList(), owner);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          write(producer, embedder.embed(owner.toAnswer(records)), owner);
          if (owner.mayCommit()) {
            commit(consumer);
          }
        }
        worker.roundDone();
      }
    } finally {
      producer.close(Duration.ZERO);
      consumer.close(KafkaClients.leaving(CLOSE_MAX));
    }
  }

  /// As for images: what is not acknowledged by the time that Kafka gives the partition to another
  /// instance fails, so that it does not arrive later.
  private KafkaProducer<byte[], byte[]> producer(String clientId) {
    int sessionMillis = (int) clients.sessionTimeout().toMillis();
    return clients.producer(
        clientId,
        Map.of(
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            sessionMillis / 2,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            sessionMillis));
  }

  private static void write(
      KafkaProducer<byte[], byte[]> producer,
      List<ProducerRecord<byte[], byte[]>> records,
      StandingOwner owner) {
    List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
    records.forEach(record -> sent.add(producer.send(record)));
    producer.flush();
    try {
      for (Future<RecordMetadata> write : sent) {
        owner.acknowledged(write.get());
      }
    } catch (ExecutionException e) {
      throw new KafkaException("a write failed: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static void commit(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      consumer.commitSync(COMMIT_MAX);
    } catch (CommitFailedException e) { // The new owner does it again.
      LOG.warnf("the partition moved to another instance: %s", e.getMessage());
    }
  }
}
