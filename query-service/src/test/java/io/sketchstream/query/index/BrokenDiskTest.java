package io.sketchstream.query.index;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.query.index.FailingFiles.Access;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk fails at random, in each way in turn, while images come and go. When it works again,
/// the index does so by itself, and has exactly what it must have. `-Dtests.seed=` repeats what is
/// written.
final class BrokenDiskTest {
  private static final Generation GENERATION = new Generation("gdisk");
  private static final int IDS = 700;
  private static final int WRITES = 300;

  /// Of the accesses of the kind that fails; most of a start's must succeed.
  private static final double FAILING = .3;

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Workers workers = new Workers(new SimpleMeterRegistry());
  private final Refresher refresher = Refresher.start(workers);
  private final AtomicReference<Access> failing = new AtomicReference<>();
  private final Map<Access, Integer> failures = new ConcurrentHashMap<>();
  private final Map<String, float[]> expected = new TreeMap<>();
  private Map<String, Object> kafka;
  private KafkaProducer<String, byte[]> producer;
  private GenerationIndex index;
  private long imagesOffset;

  @Test
  void losesNothingAndRecovers() throws Exception {
    System.out.println("seed " + seed);
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka);
          KafkaProducer<String, byte[]> opened =
              new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
        producer = opened;
        TopicProvisioner topics = new TopicProvisioner(1, (short) 1);
        topics.createPermanent(admin);
        topics.createEmbeddings(admin, GENERATION);
        EmbeddingsTopic topic = EmbeddingsTopic.of(GENERATION, admin);
        index = open(topic);
        for (Access access : Access.values()) {
          failing.set(access);
          write();
          failing.set(null);
          Await.until(
              "the index is complete after failures of " + access,
              Duration.ofMinutes(2),
              () -> {
                reopenIfFailed(topic);
                return expected.keySet().equals(ids());
              },
              () -> "seed " + seed + ", " + failures + ", " + index);
        }
        System.out.printf("seed %d: failed %s%n", seed, failures);
      } finally {
        index.close();
        refresher.close();
      }
    }
  }

  /// As the follower of `models` does.
  private void reopenIfFailed(EmbeddingsTopic topic) {
    if (index.failed()) {
      index.close();
      index = open(topic);
    }
  }

  private void write() throws Exception {
    for (int i = 0; i < WRITES; i++) {
      String id = "i" + random.nextInt(IDS);
      if (random.nextInt(4) == 0) {
        expected.remove(id);
        send(id, null);
      } else {
        float[] vector = Vectors.clustered(random, 16, 50);
        expected.put(id, vector);
        send(id, Vectors.event(id, vector).toByteArray());
      }
      if (i % 30 == 0) {
        long wanted = imagesOffset - 1;
        boolean _ =
            index.shard(0).isPresent()
                && index.shard(0).get().awaitVisible(wanted, Duration.ofMillis(300).toNanos());
      }
    }
  }

  private void send(String id, byte[] value) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, imagesOffset++);
    producer
        .send(new ProducerRecord<>(EmbeddingsTopic.name(GENERATION), 0, id, value, headers))
        .get();
  }

  private GenerationIndex open(EmbeddingsTopic topic) {
    return new GenerationIndex(
        topic,
        GenerationIndexTest.application(kafka, home.resolve("index")),
        new ShardSettings(
                IndexOptions.defaults(),
                refresher,
                ShardObserver.NONE,
                _ -> false,
                InstantSource.system())
            .with(new FailingFiles(this::before)));
  }

  private void before(Access access, String file) throws IOException {
    if (failing.get() == access && ThreadLocalRandom.current().nextDouble() < FAILING) {
      failures.merge(access, 1, Integer::sum);
      throw new IOException(access + " of " + file + " failed");
    }
  }

  private Set<String> ids() {
    Map<Integer, ShardReply> answers =
        index.ask(KnnQueries.sketch(Vectors.clustered(random, 16, 50), IDS), Set.of(0));
    return answers.isEmpty()
        ? Set.of()
        : Set.copyOf(
            answers.get(0).getNearest().getByVectorList().stream().map(Hit::getImageId).toList());
  }
}
