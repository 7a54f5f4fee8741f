package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.benchmarks.measure.KafkaSettings;
import io.sketchstream.benchmarks.rollout.Addresses;
import io.sketchstream.benchmarks.rollout.CandidateModel;
import io.sketchstream.benchmarks.rollout.RolloutApi;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.endtoend.StandingWriter.Image;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A thousand standing queries over images that come and go all the while, through a rollout and
/// two kills; then each query is compared with each image.
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class StandingRolloutTest {
  private static final Duration SOON = Duration.ofMinutes(8);
  private static final long SEED = Long.getLong("tests.seed", 41);
  private static final int QUERIES = 1_000;
  private static final int DRAWN = 20;
  private static final int THERE = 30;
  private static final int PHASE = 20;
  private static final int CALLERS = 32;
  private static final byte[] NOTHING_DRAWN = {};

  @TempDir Path directory;

  /// What was reported of one query and one image.
  private static final class Reported {
    private final Set<String> generations = new HashSet<>();
    private int matches;
    private boolean withdrawn;
  }

  @Test
  void matchesAThousandQueriesThroughARolloutAndTwoKills() throws Exception {
    Path home = directory.resolve("home");
    ModelArtifact original = ModelArtifact.load(TestModel.directory());
    ModelArtifact candidate =
        CandidateModel.reordered(original, directory.resolve("candidate"), 128, SEED);
    StandingWriter writer;
    try (StandaloneProcess first = start(home);
        GalleryClient gallery = new GalleryClient(first.address());
        RolloutApi rollout = rollout(first, home)) {
      register(gallery);
      writer = new StandingWriter(gallery);
      awaitMore(writer);
      rollout.addModel(candidate.directory());
      RolloutTest.awaitState(rollout, candidate, "BACKFILLING");
      first.kill();
    }
    try (StandaloneProcess second = start(home);
        GalleryClient gallery = new GalleryClient(second.address());
        RolloutApi rollout = rollout(second, home)) {
      writer.to(gallery);
      RolloutTest.awaitState(rollout, candidate, "ACTIVE");
      awaitMore(writer);
      second.kill();
    }
    try (StandaloneProcess third = start(home);
        GalleryClient gallery = new GalleryClient(third.address())) {
      writer.to(gallery);
      awaitMore(writer);
      writer.close();
      check(writer.images(), KafkaSettings.of(home), original, candidate);
      assertEquals(0, third.stop(), third.process()::report);
    }
  }

  private static StandaloneProcess start(Path home) {
    return StandaloneProcess.start(
        home,
        List.of("-Dtraining.rollout.watch.interval=1s"),
        "--model",
        TestModel.directory().toString());
  }

  private static RolloutApi rollout(StandaloneProcess process, Path home) throws Exception {
    return new RolloutApi(Addresses.ofOne(process.address(), KafkaSettings.of(home)));
  }

  private static void register(GalleryClient gallery) throws Exception {
    String after = "";
    for (int i = 0; i < THERE; i++) {
      after = gallery.put("old-" + i + "?tags=old", Pictures.png(i)).position();
    }
    gallery.search(Pictures.png(0), 1, after);
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> registered = new ArrayList<>();
      for (int i = 0; i < QUERIES - DRAWN; i++) {
        String query = "id=" + tagged(i) + "&filter=tag:t" + i % StandingWriter.TAGS;
        registered.add(callers.submit(() -> gallery.watch(query, NOTHING_DRAWN)));
      }
      for (int i = 0; i < DRAWN; i++) {
        String query = "one_in=20&photo=" + (i % 2 == 0) + "&id=drawn-" + i;
        byte[] drawing = StandingWriter.picture(shown(i));
        registered.add(callers.submit(() -> gallery.watch(query, drawing)));
      }
      for (Future<?> query : registered) {
        query.get();
      }
    }
  }

  private static String tagged(int query) {
    return "tagged-" + query;
  }

  /// The image that a drawn query shows, or half of them as a photo; one that stays.
  private static int shown(int query) {
    return 5 * query;
  }

  private static void awaitMore(StandingWriter writer) {
    int before = writer.images().size();
    Await.until("more images", SOON, () -> writer.images().size() >= before + PHASE);
  }

  private static void check(
      List<Image> images,
      Map<String, Object> kafka,
      ModelArtifact original,
      ModelArtifact candidate) {
    Map<String, Set<String>> expected = new HashMap<>();
    Set<String> removed = new TreeSet<>();
    for (Image image : images) {
      if (image.removed()) {
        removed.add(image.id());
        continue;
      }
      for (int i = 0; i < QUERIES - DRAWN; i++) {
        if (image.tags().contains("t" + i % StandingWriter.TAGS)) {
          expected.computeIfAbsent(tagged(i), _ -> new TreeSet<>()).add(image.id());
        }
      }
      if (image.number() % 5 == 0 && image.number() / 5 < DRAWN) {
        expected
            .computeIfAbsent("drawn-" + image.number() / 5, _ -> new TreeSet<>())
            .add(image.id());
      }
    }
    Map<String, Map<String, Reported>> reported = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> matches = matches(kafka)) {
      Await.until(
          "each query was reported of each of its images, and of each removal",
          SOON,
          () -> {
            read(matches, reported);
            return missing(expected, reported).isEmpty()
                && unwithdrawn(removed, reported).isEmpty();
          },
          () ->
              "missing "
                  + missing(expected, reported)
                  + ", kept "
                  + unwithdrawn(removed, reported));
    }
    int repeated = 0;
    int pairs = 0;
    Set<String> generations = new TreeSet<>();
    for (int i = 0; i < QUERIES - DRAWN; i++) {
      Map<String, Reported> ofQuery = reported.getOrDefault(tagged(i), Map.of());
      for (Map.Entry<String, Reported> entry : ofQuery.entrySet()) {
        String pair = tagged(i) + " and " + entry.getKey();
        Reported what = entry.getValue();
        assertTrue(
            removed.contains(entry.getKey())
                || expected.getOrDefault(tagged(i), Set.of()).contains(entry.getKey()),
            pair + " do not match");
        assertEquals(1, what.generations.size(), pair + " were reported by " + what.generations);
        assertEquals(removed.contains(entry.getKey()), what.withdrawn, pair);
        generations.addAll(what.generations);
        repeated += what.matches - 1;
        pairs++;
      }
    }
    System.out.printf(
        "%d images, %d removed; %d matches reported, %d of them again%n",
        images.size(), removed.size(), pairs, repeated);
    assertEquals(
        new TreeSet<>(List.of(original.generation().id(), candidate.generation().id())),
        generations);
  }

  private static Set<String> missing(
      Map<String, Set<String>> expected, Map<String, Map<String, Reported>> reported) {
    Set<String> missing = new TreeSet<>();
    expected.forEach((query, images) ->
        images.stream()
            .filter(image -> !reported.getOrDefault(query, Map.of()).containsKey(image))
            .forEach(image -> missing.add(query + " " + image)));
    return missing;
  }

  private static Set<String> unwithdrawn(
      Set<String> removed, Map<String, Map<String, Reported>> reported) {
    Set<String> kept = new TreeSet<>();
    reported.forEach((query, images) ->
        images.forEach((image, what) -> {
          if (removed.contains(image) && !what.withdrawn) {
            kept.add(query + " " + image);
          }
        }));
    return kept;
  }

  private static KafkaConsumer<byte[], byte[]> matches(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("enable.auto.commit", false);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    consumer
        .partitionsFor(Topics.MATCHES.name())
        .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer, Map<String, Map<String, Reported>> reported)
      throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
      StandingQueryMatched match = StandingQueryMatched.parseFrom(record.value());
      Reported what =
          reported
              .computeIfAbsent(match.getQueryId(), _ -> new HashMap<>())
              .computeIfAbsent(match.getImageId(), _ -> new Reported());
      what.withdrawn = match.getWithdrawn();
      if (!match.getWithdrawn()) {
        what.matches++;
        what.generations.add(match.getGeneration());
      }
    }
  }
}
