package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.Generation;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.query.search.ImageHistory.Image;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A random history of two generations: puts, removals, repetitions, commits, crashes, processes
/// that come, go, can't be reached and are away until Kafka has forgotten removals, searches and
/// pages, against the slow obvious version. Every search carries the tokens of all writes before
/// it, so it has one right answer. At the end what was kept answers like what is rebuilt.
///
/// `-Dtests.seed=` repeats a history as far as Kafka's timing lets it, `-Dtests.duration=PT2H`
/// makes it long.
final class RandomHistoryTest {
  private static final List<Generation> GENERATIONS =
      List.of(new Generation("ghistory"), new Generation("gnext"));
  private static final int SHARDS = 3;
  private static final int PROCESSES = 2;
  private static final int ALL = 600;

  @TempDir Path home;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Map<String, Integer> steps = new TreeMap<>();
  private final List<ImageHistory> histories = new ArrayList<>();
  private Map<String, Object> kafka;
  private SearchingProcesses processes;
  private HistoryAnswers answers;
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
        GENERATIONS.forEach(generation -> topics.createEmbeddings(admin, generation));
      }
      try (KafkaProducer<String, byte[]> writer =
              new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
          SearchingProcesses opened = new SearchingProcesses(kafka, GENERATIONS, random)) {
        processes = opened;
        answers = new HistoryAnswers(opened, steps);
        for (Generation generation : GENERATIONS) {
          histories.add(
              new ImageHistory(random, writer, generation, SHARDS, ids / GENERATIONS.size()));
        }
        if (ids > ALL) {
          histories.forEach(ImageHistory::fill);
        }
        for (int i = 0; i < PROCESSES; i++) {
          processes.start(home.resolve("process-" + i));
        }
        long end = System.nanoTime() + duration.toNanos();
        // A history of any length has at least one of each.
        processes.crashOne();
        processes.replaceOne();
        histories.forEach(ImageHistory::put);
        late();
        if (ids <= ALL) {
          beAway();
        }
        while (System.nanoTime() < end) {
          step();
        }
        processes.all().forEach(process -> process.cutOff(false));
        check();
        assertKeptEqualsRebuilt();
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
      any().put();
      count("put");
    } else if (action < 850) {
      any().remove();
      count("removed");
    } else if (action < 970) {
      check();
    } else if (action < 985) {
      page();
    } else if (action < 989) {
      late();
    } else if (action < 993) {
      any().repeat();
      count("repeated");
    } else if (action < 996) {
      processes.any().cutOff(random.nextBoolean());
      count("cut off");
    } else if (action < 998) {
      processes.crashOne();
      count("crashed");
    } else {
      processes.replaceOne();
      count("replaced");
    }
  }

  private ImageHistory any() {
    return histories.get(random.nextInt(histories.size()));
  }

  /// What is written late is never seen, whether the owner has answered it again or not.
  private void late() throws Exception {
    Optional<Runnable> repair = any().late();
    check();
    for (int i = random.nextInt(5); i > 0; i--) {
      any().put();
      check();
    }
    repair.ifPresent(Runnable::run);
    count("late");
  }

  /// A search at any process sees all writes so far, and nothing that is gone.
  private void check() throws Exception {
    ImageHistory history = any();
    int k = 1 + random.nextInt(30);
    Optional<String> tag =
        random.nextInt(3) == 0 ? Optional.of(history.randomTag()) : Optional.empty();
    float[] query = history.randomVector();
    List<Hit> hits =
        answers.search(processes.any(), history, query, history.query(k, tag)).getHitsList();
    count("searched");
    List<String> nearest = history.nearest(query, k, tag);
    answers.assertComplete(history, nearest, hits);
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

  /// Page after page, each image comes once, in its order, and as long as images are few, none is
  /// left out.
  private void page() throws Exception {
    ImageHistory history = any();
    SearchingProcess process = processes.any();
    float[] query = history.randomVector();
    int k = 1 + random.nextInt(30);
    List<Hit> paged = new ArrayList<>();
    String next = "";
    int pages = 1 + random.nextInt(6);
    do {
      SearchAnswered.Builder page =
          answers.search(process, history, query, history.query(k, Optional.empty(), next));
      paged.addAll(page.getHitsList());
      next = page.getNext();
    } while (--pages > 0 && !next.isEmpty());
    List<Hit> sorted = new ArrayList<>(paged);
    sorted.sort(
        Comparator.comparingDouble((Hit hit) -> -hit.getScore()).thenComparing(Hit::getImageId));
    assertEquals(sorted, paged, "seed " + seed);
    assertEquals(paged.size(), paged.stream().map(Hit::getImageId).distinct().count());
    if (history.size() <= ALL) {
      List<String> nearest = history.nearest(query, paged.size(), Optional.empty());
      for (int i = 0; i < paged.size(); i++) {
        float expectedScore = history.find(nearest.get(i)).orElseThrow().score(query);
        assertEquals(expectedScore, paged.get(i).getScore(), 1e-5f, i + ", seed " + seed);
      }
    }
    count("paged");
  }

  /// With so few images in all, or behind so narrow a filter, an answer has all of them.
  private void assertKeptEqualsRebuilt() throws Exception {
    List<Question> questions = new ArrayList<>();
    List<List<Hit>> kept = new ArrayList<>();
    for (ImageHistory history : histories) {
      for (int i = 0; i < 5; i++) {
        Optional<String> tag =
            history.size() <= ALL ? Optional.empty() : Optional.of(history.randomTag());
        Question question = new Question(history, history.randomVector(), tag);
        questions.add(question);
        kept.add(answer(question));
        answers.assertComplete(
            history, history.nearest(question.query(), ALL, tag), kept.getLast());
      }
    }
    processes.removeAll();
    processes.start(home.resolve("rebuilt"));
    for (int i = 0; i < questions.size(); i++) {
      assertEquals(kept.get(i), answer(questions.get(i)), "kept and rebuilt, seed " + seed);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Question(ImageHistory history, float[] query, Optional<String> tag) {}

  private List<Hit> answer(Question asked) throws Exception {
    ImageHistory history = asked.history();
    SearchQuery query = history.query(ALL, asked.tag());
    return answers.search(processes.all().getFirst(), history, asked.query(), query).getHitsList();
  }

  /// A process is away while images are removed, until Kafka forgets the removals.
  private void beAway() throws Exception {
    Path files = processes.leaveOne();
    Compaction compaction = new Compaction(kafka);
    for (ImageHistory history : histories) {
      for (int i = 0; i < 20; i++) {
        history.remove();
      }
      history.flush();
      String topic = Topics.imageEmbeddings(history.generation()).name();
      compaction.forgetRemovals(
          topic,
          () -> {
            history.put();
            history.flush();
          });
    }
    awaitDurable();
    processes.comeBack(files);
    count("away");
  }

  /// The others have committed what Kafka has forgotten: they may crash.
  private void awaitDurable() {
    Instant forgotten = Instant.now();
    Await.until(
        "a commit of each shard",
        () -> {
          histories.forEach(ImageHistory::put);
          return processes.haveCommittedSince(forgotten, SHARDS);
        });
  }

  private void count(String what) {
    steps.merge(what, 1, Integer::sum);
  }
}
