package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A random history of puts, removals, commits, crashes, processes that come, go and can't be
/// reached, and searches, against the slow obvious version. Every search carries the tokens of all
/// writes before it, so it has one right answer.
///
/// `-Dtests.seed=` repeats a history as far as Kafka's timing lets it, `-Dtests.duration=PT2H`
/// makes it long.
final class RandomHistoryTest {
  private static final Generation GENERATION = new Generation("ghistory");
  private static final int SHARDS = 3;
  private static final int PROCESSES = 2;
  private static final int DIMENSION = 32;
  private static final int IDS = 600;
  private static final Duration SEARCH_MAX = Duration.ofSeconds(60);

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Map<String, float[]> model = new TreeMap<>();
  private final long[] nextOffset = new long[SHARDS];
  private final List<SearchingProcess> processes = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();
  private final Map<String, Integer> steps = new TreeMap<>();
  private KafkaProducer<String, byte[]> producer;
  private Map<String, Object> kafka;
  private int found;
  private int expected;

  @Test
  void agreesWithTheSlowObviousVersion() throws Exception {
    Duration duration = Duration.parse(System.getProperty("tests.duration", "PT25S"));
    System.out.println("seed " + seed + ", " + duration);
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        TopicProvisioner topics = new TopicProvisioner(SHARDS, (short) 1);
        topics.createPermanent(admin);
        topics.createEmbeddings(admin, GENERATION);
      }
      try (KafkaProducer<String, byte[]> writer =
          new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
        producer = writer;
        for (int i = 0; i < PROCESSES; i++) {
          start(home.resolve("process-" + i));
        }
        long end = System.nanoTime() + duration.toNanos();
        // A history of any length has at least one of each.
        crash();
        replace();
        while (System.nanoTime() < end) {
          step();
        }
        processes.forEach(process -> process.cutOff(false));
        check();
      } finally {
        processes.forEach(SearchingProcess::close);
      }
    }
    double recall = (double) found / expected;
    System.out.printf("seed %d: %s, recall %.4f of %d%n", seed, steps, recall, expected);
    assertTrue(recall > 0.98, "recall " + recall + ", seed " + seed);
  }

  private void step() throws Exception {
    int action = random.nextInt(1000);
    if (action < 700) {
      put();
    } else if (action < 850) {
      remove();
    } else if (action < 993) {
      check();
    } else if (action < 996) {
      processes.get(random.nextInt(PROCESSES)).cutOff(random.nextBoolean());
      count("cut off");
    } else if (action < 998) {
      crash();
    } else {
      replace();
    }
  }

  private void put() {
    String id = "i" + random.nextInt(IDS);
    float[] vector = Vectors.clustered(random, DIMENSION, 30);
    send(id, Vectors.event(id, vector, tag(id)).toByteArray());
    model.put(id, vector);
    count("put");
  }

  private void remove() {
    String id = "i" + random.nextInt(IDS);
    send(id, null);
    model.remove(id);
    count("removed");
  }

  private void send(String id, byte[] value) {
    int shard = Math.floorMod(id.hashCode(), SHARDS);
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.setImagesOffset(headers, nextOffset[shard]++);
    producer.send(
        new ProducerRecord<>(Topics.imageEmbeddings(GENERATION).name(), shard, id, value, headers));
  }

  /// A search at any process sees all writes so far, and nothing that is gone.
  private void check() throws Exception {
    int at = random.nextInt(PROCESSES);
    int k = 1 + random.nextInt(30);
    boolean filtered = random.nextInt(3) == 0;
    float[] query = Vectors.clustered(random, DIMENSION, 30);
    List<Hit> hits;
    try {
      hits =
          processes
              .get(at)
              .searcher()
              .search(GENERATION, query, question(k, filtered ? "tag:third" : ""))
              .hits();
    } catch (SearchFailure e) {
      throw new AssertionError(
          "%s at %s, seed %d, after %s"
              .formatted(e.getMessage(), processes.get(at).index(), seed, steps),
          e);
    }
    count("searched");
    List<String> nearest =
        model.entrySet().stream()
            .filter(image -> !filtered || tag(image.getKey()).equals("third"))
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<String, float[]> image) -> -Vectors.dot(image.getValue(), query)))
            .limit(k)
            .map(Map.Entry::getKey)
            .toList();
    assertEquals(nearest.size(), hits.size(), "seed " + seed + ", after " + steps);
    for (Hit hit : hits) {
      float[] vector = model.get(hit.getImageId());
      assertTrue(vector != null, () -> hit.getImageId() + " is gone, seed " + seed);
      assertEquals(
          Vectors.dot(vector, query),
          hit.getScore(),
          1e-5f,
          () -> "the vector before the last of " + hit.getImageId() + ", seed " + seed);
    }
    found += (int) hits.stream().filter(hit -> nearest.contains(hit.getImageId())).count();
    expected += nearest.size();
  }

  private Question question(int k, String filter) {
    List<ImagePosition> after = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      if (nextOffset[shard] > 0) {
        after.add(
            ImagePosition.newBuilder()
                .setPartition(shard)
                .setOffset(nextOffset[shard] - 1)
                .build());
      }
    }
    return new Question(
        Question.Page.first(k),
        filter,
        "",
        new Question.Demands(after, Instant.now().plus(SEARCH_MAX), true));
  }

  /// A process dies between two instructions, and comes back with the files it had then.
  private void crash() throws IOException {
    int which = random.nextInt(PROCESSES);
    Path files = directories.get(which);
    Path copy = files.resolveSibling(files.getFileName() + "-crashed");
    copyWhole(files, copy);
    processes.remove(which).close();
    directories.remove(which);
    delete(files);
    Files.move(copy, files);
    start(files);
    count("crashed");
  }

  /// A process leaves with its files, a new one begins with none.
  private void replace() throws IOException {
    int which = random.nextInt(PROCESSES);
    processes.remove(which).close();
    Path files = directories.remove(which);
    delete(files);
    start(files);
    count("replaced");
  }

  private void start(Path files) throws IOException {
    Files.createDirectories(files);
    processes.add(new SearchingProcess(kafka, GENERATION, SHARDS, files));
    directories.add(files);
  }

  private void count(String what) {
    steps.merge(what, 1, Integer::sum);
  }

  private static String tag(String id) {
    return Integer.parseInt(id.substring(1)) % 3 == 0 ? "third" : "other";
  }

  /// Lucene deletes files while they are copied; then it is done again.
  private static void copyWhole(Path from, Path to) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        copy(from, to);
        return;
      } catch (NoSuchFileException | UncheckedIOException e) {
        assertTrue(attempt < 100, "no whole copy: " + e);
        delete(to);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
