package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/// The services in containers against a Kafka in a container: acknowledged data survives the
/// replacement of any container, and two replicas are replaced in turn without a failed search.
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 25, unit = TimeUnit.MINUTES)
final class ComposeTest {
  private static final String[] SINGLE = {"ingest", "embed", "query", "training"};

  private static final List<Integer> seeds = new ArrayList<>();
  private static Composition containers;
  private static GalleryClient gallery;

  @BeforeAll
  static void start() {
    Optional<String> missing = Composition.missing();
    missing.ifPresent(reason -> System.out.println("docker-compose.yml is not tested: " + reason));
    Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    long begun = System.nanoTime();
    containers = Composition.build(Map.of("QUERY_STANDBYS", "1"));
    long built = System.nanoTime();
    containers.up(SINGLE);
    containers.awaitReady(SINGLE);
    gallery = new GalleryClient(containers.address("ingest"), containers.address("query"));
    putAndFind(500);
    System.out.printf(
        "images built in %d s, first search answered %d s after `up`%n",
        TimeUnit.NANOSECONDS.toSeconds(built - begun),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - built));
  }

  @AfterAll
  static void stop() {
    if (gallery != null) {
      gallery.close();
    }
    if (containers != null) {
      containers.close();
    }
  }

  @Test
  @Order(1)
  void losesNothingWhenKafkaRestarts() {
    for (int seed = 501; seed < 512; seed++) {
      putAndFind(seed);
    }
    containers.restart("kafka");
    containers.awaitReady(SINGLE);
    assertEverythingIsFound("after Kafka's restart");
  }

  @Test
  @Order(2)
  void answersEverySearchWhileEachContainerIsReplacedInTurn() {
    containers.up("query-2", "embed-2");
    containers.awaitReady("query-2", "embed-2");
    try (SearchStream stream =
        SearchStream.start(
            List.of(containers.address("query"), containers.address("query-2")),
            Pictures.png(500),
            "drawing-500")) {
      stream.awaitAnswers(20);
      int seed = 512;
      for (String service : List.of("query-2", "query", "embed-2", "embed", "training", "ingest")) {
        containers.recreate(service);
        containers.awaitReady(service);
        stream.awaitAnswers(10);
        putAndFind(seed++);
      }
      assertEquals(List.of(), stream.failures());
      System.out.println("rolling update: " + stream.answers() + " searches, none failed");
    }
    assertEverythingIsFound("after the rolling update");
  }

  private static void putAndFind(int seed) {
    byte[] picture = Pictures.png(seed);
    String position = gallery.put("drawing-" + seed, picture).position();
    JsonNode answer = gallery.searchByPhoto(picture, 3, position);
    assertEquals("drawing-" + seed, GalleryClient.ids(answer).getFirst(), answer::toString);
    seeds.add(seed);
  }

  private static void assertEverythingIsFound(String when) {
    assertEquals(seeds.size(), gallery.count(), when);
    for (int seed : seeds) {
      JsonNode answer = gallery.searchByPhoto(Pictures.png(seed), 3);
      assertEquals(
          "drawing-" + seed, GalleryClient.ids(answer).getFirst(), () -> when + ": " + answer);
      assertTrue(answer.at("/shards/total").asInt() > 0);
      assertEquals(answer.at("/shards/total"), answer.at("/shards/answered"), () -> when + answer);
    }
  }
}
