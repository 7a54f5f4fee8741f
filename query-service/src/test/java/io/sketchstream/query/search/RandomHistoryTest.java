package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.StateFiles;
import io.sketchstream.query.search.ImageHistory.Image;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A random history of puts, removals, repetitions, commits, crashes, processes that come, go and
/// can't be reached, and searches, against the slow obvious version. Every search carries the
/// tokens of all writes before it, so it has one right answer. At the end what was kept answers as
/// what is built anew.
///
/// `-Dtests.seed=` repeats a history as far as Kafka's timing lets it, `-Dtests.duration=PT2H`
/// makes it long.
final class RandomHistoryTest {
  private static final Generation GENERATION = new Generation("ghistory");
  private static final int SHARDS = 3;
  private static final int PROCESSES = 2;
  private static final int ALL = 600;

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<SearchingProcess> processes = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();
  private final Map<String, Integer> steps = new TreeMap<>();
  private ImageHistory history;
  private Map<String, Object> kafka;
  private int found;
  private int expected;

  @Test
  void agreesWithASimpleModel() throws Exception {
    run(ALL, "PT25S");
    assertRecall(0.98);
  }

  /// So many that the shards have graphs.
  @Test
  void agreesWithASimpleModelUsingGraphs() throws Exception {
    run(20_000, "PT15S");
    assertRecall(0.9); // Of some hundred hits where the machine is slow.
  }

  private void run(int ids, String usualDuration) throws Exception {
    Duration duration = Duration.parse(System.getProperty("tests.duration", usualDuration));
    System.out.println("seed " + seed + ", " + ids + " ids, " + duration);
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        TopicProvisioner topics = new TopicProvisioner(SHARDS, (short) 1);
        topics.createPermanent(admin);
        Await.until(
            "the broker knows its topics",
            () -> admin.listTopics().names().get().contains(Topics.IMAGES.name()));
        topics.createEmbeddings(admin, GENERATION);
      }
      try (KafkaProducer<String, byte[]> writer =
          new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
        history = new ImageHistory(random, writer, GENERATION, SHARDS, ids);
        if (ids > ALL) {
          history.fill();
        }
        for (int i = 0; i < PROCESSES; i++) {
          start(home.resolve("process-" + i));
        }
        long end = System.nanoTime() + duration.toNanos();
        // A history of any length has at least one of each.
        crash();
        replace();
        history.put();
        late();
        while (System.nanoTime() < end) {
          step();
        }
        processes.forEach(process -> process.cutOff(false));
        check();
        assertKeptEqualsRebuilt();
      } finally {
        processes.forEach(SearchingProcess::close);
      }
    }
  }

  private void assertRecall(double least) {
    double recall = (double) found / expected;
    System.out.printf("seed %d: %s, recall %.4f of %d%n", seed, steps, recall, expected);
    assertTrue(recall > least, "recall " + recall + ", seed " + seed);
  }

  private void step() throws Exception {
    int action = random.nextInt(1000);
    if (action < 700) {
      history.put();
      count("put");
    } else if (action < 850) {
      history.remove();
      count("removed");
    } else if (action < 985) {
      check();
    } else if (action < 989) {
      late();
    } else if (action < 993) {
      history.repeat();
      count("repeated");
    } else if (action < 996) {
      processes.get(random.nextInt(PROCESSES)).cutOff(random.nextBoolean());
      count("cut off");
    } else if (action < 998) {
      crash();
    } else {
      replace();
    }
  }

  /// What is written late is never seen, whether the owner has answered it again or not.
  private void late() throws Exception {
    Optional<Runnable> repair = history.late();
    check();
    for (int i = random.nextInt(5); i > 0; i--) {
      history.put();
      check();
    }
    repair.ifPresent(Runnable::run);
    count("late");
  }

  /// A search at any process sees all writes so far, and nothing that is gone.
  private void check() throws Exception {
    int at = random.nextInt(PROCESSES);
    int k = 1 + random.nextInt(30);
    Optional<String> tag =
        random.nextInt(3) == 0 ? Optional.of(history.randomTag()) : Optional.empty();
    float[] query = history.randomVector();
    List<Hit> hits = search(processes.get(at), query, history.query(k, tag));
    count("searched");
    List<String> nearest = history.nearest(query, k, tag);
    assertComplete(nearest, hits);
    for (Hit hit : hits) {
      Optional<Image> image = history.find(hit.getImageId());
      assertTrue(image.isPresent(), () -> hit.getImageId() + " is gone, seed " + seed);
      assertEquals(
          image.get().score(query),
          hit.getScore(),
          1e-5f,
          () -> "the vector before the last of " + hit.getImageId() + ", seed " + seed);
    }
    found += (int) hits.stream().filter(hit -> nearest.contains(hit.getImageId())).count();
    expected += nearest.size();
  }

  /// As many as there are; an image that is missing is looked for by its id, everywhere.
  private void assertComplete(List<String> nearest, List<Hit> hits) throws Exception {
    if (nearest.size() == hits.size()) {
      return;
    }
    Set<String> missing = new TreeSet<>(nearest);
    hits.forEach(hit -> missing.remove(hit.getImageId()));
    List<String> known = new ArrayList<>();
    for (String id : missing) {
      for (SearchingProcess process : processes) {
        known.add(id + " at " + process.index() + ": " + lookFor(id, process));
      }
    }
    fail(
        "%d hits of %d, seed %d, after %s; %s"
            .formatted(hits.size(), nearest.size(), seed, steps, known));
  }

  private String lookFor(String id, SearchingProcess process) throws Exception {
    try {
      process.searcher().similar(GENERATION, id, history.query(1, Optional.empty()));
      return "it is there";
    } catch (SearchFailure e) {
      return e.getMessage();
    }
  }

  private List<Hit> search(SearchingProcess process, float[] query, SearchQuery asked)
      throws Exception {
    try {
      return process.searcher().search(GENERATION, query, asked).getHitsList();
    } catch (SearchFailure e) {
      throw new AssertionError(
          "%s at %s, seed %d, after %s".formatted(e.getMessage(), process.index(), seed, steps), e);
    }
  }

  /// With so few images in all, or behind so narrow a filter, an answer has all of them.
  private void assertKeptEqualsRebuilt() throws Exception {
    List<float[]> queries = new ArrayList<>();
    List<Optional<String>> tags = new ArrayList<>();
    List<List<Hit>> kept = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Optional<String> tag =
          history.size() <= ALL ? Optional.empty() : Optional.of(history.randomTag());
      float[] query = history.randomVector();
      queries.add(query);
      tags.add(tag);
      kept.add(search(processes.getFirst(), query, history.query(ALL, tag)));
      assertComplete(history.nearest(query, ALL, tag), kept.getLast());
    }
    for (int i = 0; i < PROCESSES; i++) {
      processes.removeFirst().close();
      StateFiles.delete(directories.removeFirst());
    }
    start(home.resolve("rebuilt"));
    for (int i = 0; i < queries.size(); i++) {
      assertEquals(
          kept.get(i),
          search(processes.getFirst(), queries.get(i), history.query(ALL, tags.get(i))),
          "kept and rebuilt, seed " + seed);
    }
  }

  /// A process dies between two instructions, and comes back with the files it had then.
  private void crash() throws IOException {
    int which = random.nextInt(PROCESSES);
    Path files = directories.get(which);
    Path copy = files.resolveSibling(files.getFileName() + "-crashed");
    StateFiles.copy(files, copy);
    processes.remove(which).close();
    directories.remove(which);
    StateFiles.delete(files);
    Files.move(copy, files);
    start(files);
    count("crashed");
  }

  /// A process leaves with its files, a new one begins with none.
  private void replace() throws IOException {
    int which = random.nextInt(PROCESSES);
    processes.remove(which).close();
    Path files = directories.remove(which);
    StateFiles.delete(files);
    start(files);
    count("replaced");
  }

  private void start(Path files) throws IOException {
    Files.createDirectories(files);
    processes.add(new SearchingProcess(kafka, GENERATION, files));
    directories.add(files);
  }

  private void count(String what) {
    steps.merge(what, 1, Integer::sum);
  }
}
