package io.sketchstream.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.broker.ClusterNode;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.embed.Embedder.EmbedderContext;
import io.sketchstream.events.EmbedProgress;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an instance writes after another has taken its partitions does not stay.
final class LateWritesTest {
  private static final Generation GENERATION = new Generation("late");
  private static final String EMBEDDINGS = Topics.imageEmbeddings(GENERATION).name();
  private static final byte[] KEY = "of another program".getBytes(UTF_8);
  private static final Duration SESSION = Duration.ofSeconds(6);

  @TempDir Path home;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private TcpProxy network;
  private TestKafka kafka;

  @BeforeEach
  void start() throws Exception {
    int port = BrokerPorts.free().broker();
    network = new TcpProxy(port);
    BrokerPorts ports = BrokerPorts.free();
    ClusterNode.Way behind = new ClusterNode.Way("BEHIND", port, network.address());
    kafka =
        new TestKafka(
            EmbeddedBroker.start(home, ports, ClusterNode.settings(ports, List.of(behind))));
    kafka.model(GENERATION, ModelState.ACTIVE, 1);
  }

  @AfterEach
  void stop() {
    network.mend();
    kafka.close();
    network.close();
  }

  @Test
  void keepsAnImageRemovedDespiteALateWrite() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    AtomicBoolean gating = new AtomicBoolean();
    FakeEncoder gated =
        new FakeEncoder(
            7,
            0,
            () -> {
              if (gating.get()) {
                entered.countDown();
                ImageLoopFixture.await(gate);
              }
            });
    try (Embedder _ = embedder(Map.of("bootstrap.servers", network.address()), gated)) {
      kafka.image(0, "first", "its writer is connected");
      kafka.awaitEmbedded(GENERATION);
      gating.set(true);
      kafka.image(0, "removed", "before the cut");
      entered.await();
      network.cut();
      gate.countDown(); // It writes now, and that arrives when the network is mended.
      try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
        kafka.awaitEmbedded(GENERATION);
        long removal = kafka.removal(0, "removed");
        kafka.awaitEmbedded(GENERATION);
        assertEquals(List.of(true, false), live("removed"));
        network.mend();
        Await.until("the late embedding is there", () -> live("removed").size() > 2);
        assertTrue(live("removed").get(2));
        // By that, a shard knows it.
        assertTrue(terms("removed").get(2) < terms("removed").get(1));
        Await.until("it is removed again", () -> !live("removed").getLast());
        kafka.awaitEmbedded(GENERATION);
        assertEquals(removal + 1, kafka.ends(Topics.IMAGES.name()).get(images(0)));
      }
    }
    assertFalse(live("removed").getLast());
  }

  @Test
  void rewritesForeignRecordsAsTheOwner() throws Exception {
    kafka.image(0, "removed", "an image");
    try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
      kafka.awaitEmbedded(GENERATION);
      kafka.removal(0, "removed");
      kafka.image(0, "other", "another");
      kafka.awaitEmbedded(GENERATION);
      repeatFirst("removed");
      assertTrue(live("removed").getLast());
      // Seen without any image coming in.
      Await.until("it is removed again", () -> !live("removed").getLast());
      repeatFirst("removed");
      kafka.image(0, "other", "another again"); // Seen by its acknowledgement.
      Await.until("it is removed again", () -> !live("removed").getLast());
    }
  }

  @Test
  void rewritesEarlierForeignRecordsAsTheNextOwner() throws Exception {
    kafka.image(0, "removed", "an image");
    try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
      kafka.awaitEmbedded(GENERATION);
      kafka.removal(0, "removed");
      kafka.awaitEmbedded(GENERATION);
    }
    repeatFirst("removed");
    try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
      Await.until("it is removed again", () -> !live("removed").getLast());
    }
  }

  @Test
  void eachOwnerHasAHigherTermThoughItsGroupWasDeleted() throws Exception {
    for (int owner = 0; owner < 4; owner++) {
      kafka.image(0, "again", "version " + owner);
      try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
        kafka.awaitEmbedded(GENERATION);
      }
      if (owner == 1) {
        kafka.admin.deleteConsumerGroups(List.of(GENERATION.embedGroup())).all().get();
      }
    }
    List<Long> terms = terms("again").stream().distinct().toList();
    assertEquals(4, terms.size(), terms.toString());
    assertEquals(terms.stream().sorted().toList(), terms);
  }

  /// Nobody would have a higher term than such a one, and no note could hold it.
  @Test
  void aTermThatNoOwnerCanHaveOutranksNobody() throws Exception {
    kafka.image(0, "image", "an image");
    try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
      kafka.awaitEmbedded(GENERATION);
      long term = terms("image").getFirst();
      writeInTerm(Long.MAX_VALUE - 1);
      kafka.image(0, "image", "another");
      kafka.awaitEmbedded(GENERATION);
      assertEquals(List.of(term, term), terms("image"));
      assertEquals(term, notedTerm());
    }
  }

  /// Whoever wrote in it is cut off by that, and the next owner has a higher one.
  @Test
  void aNewTermIsNotedBeforeAnythingIsWrittenInIt() throws Exception {
    kafka.image(0, "image", "an image");
    try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
      kafka.awaitEmbedded(GENERATION);
      long other = terms("image").getFirst() + 1;
      writeInTerm(other);
      Await.until("a higher term is noted", () -> notedTerm() > other);
      assertEquals(1, terms("image").size());
    }
  }

  /// Neither its removals nor its images stay.
  @Test
  void repairsWhatAProgramWroteThatKnowsNoHeaders() throws Exception {
    kafka.image(0, "image", "an image");
    kafka.image(0, "other", "another");
    try (Embedder _ = embedder(kafka.settings(), FakeEncoder.fast(7))) {
      kafka.awaitEmbedded(GENERATION);
      byte[] value = answers("image").getFirst().value();
      kafka.producer.send(new ProducerRecord<>(EMBEDDINGS, 0, KEY, value)).get();
      kafka.producer.send(new ProducerRecord<>(EMBEDDINGS, 0, "image".getBytes(UTF_8), null)).get();
      Await.until("the image is there again", () -> live("image").getLast());
      Await.until("the foreign one is removed", () -> !live(new String(KEY, UTF_8)).getLast());
    }
  }

  /// Writes a removal to the embeddings that answers an image that is yet to come.
  private void writeInTerm(long term) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, 1_000);
    EventHeaders.setTerm(headers, term);
    kafka.producer.send(new ProducerRecord<>(EMBEDDINGS, 0, null, KEY, null, headers)).get();
  }

  private long notedTerm() throws Exception {
    String note = kafka.committed(GENERATION.embedGroup()).get(images(0)).metadata();
    return EmbedProgress.parse(note).orElseThrow().term();
  }

  /// The term of each record of an image in the embeddings.
  private List<Long> terms(String id) throws Exception {
    return answers(id).stream()
        .map(record -> EventHeaders.term(record.headers(), record.offset()).orElseThrow())
        .toList();
  }

  /// Writes the first embedding of an image once more, as an instance does that was cut off.
  private void repeatFirst(String id) throws Exception {
    ConsumerRecord<byte[], byte[]> first = answers(id).getFirst();
    kafka
        .producer
        .send(
            new ProducerRecord<>(
                EMBEDDINGS, first.partition(), null, first.key(), first.value(), first.headers()))
        .get();
  }

  /// Of each record of an image in the embeddings, whether it is no removal.
  private List<Boolean> live(String id) throws Exception {
    return answers(id).stream().map(record -> record.value() != null).toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> answers(String id) throws Exception {
    return kafka.records(EMBEDDINGS).stream()
        .filter(record -> Arrays.equals(id.getBytes(UTF_8), record.key()))
        .toList();
  }

  private static TopicPartition images(int partition) {
    return new TopicPartition(Topics.IMAGES.name(), partition);
  }

  private Embedder embedder(Map<String, Object> settings, FakeEncoder encoder) {
    return TestKafka.start(
        new EmbedderContext(
            new KafkaClients(settings, Optional.empty(), SESSION),
            TestKafka.provisioner(),
            _ -> encoder,
            TestKafka.options(16, 1),
            registry,
            Tracing.OFF,
            new Workers(registry),
            InstantSource.system()));
  }
}
