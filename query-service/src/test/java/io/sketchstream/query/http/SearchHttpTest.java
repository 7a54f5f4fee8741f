package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole path of a search: HTTP, Kafka, an embedder, Kafka, Lucene, Kafka, HTTP.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
final class SearchHttpTest {
  private static final Generation GENERATION = new Generation("gtest");
  private static final String IMAGES = Topics.imageEmbeddings(GENERATION).name();

  private static KafkaProducer<String, byte[]> producer;
  private static HashEmbedder embedder;
  private static String kafka;
  private static double recall;
  private static final long[] nextOffset = new long[2];

  /// Before each, not before all: only then does the test know the port. The first one fills.
  @BeforeEach
  void fill() throws Exception {
    if (producer != null) {
      return;
    }
    kafka = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka), new StringSerializer(), new ByteArraySerializer());
    embedder = new HashEmbedder(kafka, GENERATION.id());
    awaitStatus(200);
    model(GENERATION, ModelState.ACTIVE, 1);
    await(() -> given().get("/q/health/ready").statusCode() == 200);
    for (int i = 0; i < 50; i++) {
      put("i" + i, i % 2, sketchVector("sketch " + i), i % 5 == 0 ? "fifth" : "other");
    }
    await(() -> visibleImages() == 50);
    // The first search is looked at in any case; later ones may meet images that come and go.
    await(() -> {
      body("sketch 7").post("/v1/search?k=5").then().statusCode(200);
      return metric("sketchstream_query_recall_max") > 0;
    });
    recall = metric("sketchstream_query_recall_max");
  }

  private static int visibleImages() {
    Integer documents =
        given()
            .get("/v1/status")
            .jsonPath()
            .get("generations.find { it.generation == 'gtest' }?.documents");
    return documents == null ? 0 : documents;
  }

  @AfterAll
  static void stop() throws Exception {
    embedder.close();
    producer.close();
  }

  @Test
  void findsTheImageThatLooksLikeTheSketch() {
    body("sketch 7")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .post("/v1/search?k=5")
        .then()
        .statusCode(200)
        .body("hits.size()", equalTo(5))
        .body("hits[0].imageId", equalTo("i7"))
        .body("hits[0].title", equalTo("image i7"))
        .body("hits[0].uri", equalTo("file:i7"))
        .body("hits[0].tags", hasItem("other"))
        .body("hits[0].score.toDouble()", closeTo(1, 1e-5))
        .body("generation", equalTo("gtest"))
        .body("shards.total", equalTo(2))
        .body("shards.answered", equalTo(2))
        .body("timings", hasKey("encode"))
        .body("timings", hasKey("embeddings-hop"))
        .body("timings", hasKey("shards"))
        .body("timings", hasKey("results-hop"));
  }

  /// So few images that the graph is walked whole: nothing is missed.
  @Test
  void measuresWhatTheGraphMisses() {
    assertEquals(1, recall, 1e-6);
  }

  private static double metric(String name) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void takesStrokes() {
    given()
        .contentType("application/json")
        .body("[[[1,2,3],[4,5,6]]]")
        .post("/v1/search?k=1000")
        .then()
        .statusCode(200)
        .body("hits.size()", greaterThanOrEqualTo(50));
  }

  @Test
  void honoursFilterAndText() {
    body("sketch 7")
        .queryParam("filter", "tag:fifth")
        .post("/v1/search?k=1000")
        .then()
        .statusCode(200)
        .body("hits.size()", equalTo(10))
        .body("hits.tags.flatten()", not(hasItem("other")));
    // Found by the drawing and by its words, so it is before all others.
    body("sketch 7")
        .post("/v1/search?k=3&text=i7")
        .then()
        .statusCode(200)
        .body("hits[0].imageId", equalTo("i7"));
  }

  @Test
  void seesAWriteWhoseTokenItCarriesAndNoRemovedImage() throws Exception {
    String token = put("fresh", 1, sketchVector("fresh sketch"), "fresh");
    JsonPath found =
        body("fresh sketch")
            .post("/v1/search?k=1&after=" + token)
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();
    assertEquals("fresh", found.getString("hits[0].imageId"));
    String removal = put("fresh", 1, null);
    body("fresh sketch")
        .post("/v1/search?k=1000&after=" + token + "," + removal)
        .then()
        .statusCode(200)
        .body("hits.imageId", not(hasItem("fresh")));
  }

  @Test
  void saysWhenAWriteIsNotVisibleInTime() {
    body("sketch 1")
        .post("/v1/search?after=0:999999&timeout=200ms")
        .then()
        .statusCode(oneOf(503, 408))
        .contentType("application/problem+json");
    body("sketch 1")
        .post("/v1/search?after=7:1")
        .then()
        .statusCode(400)
        .body("detail", containsString("no number 7"));
  }

  @Test
  void findsMoreLikeAnImageWithoutItself() {
    given()
        .get("/v1/images/i3/similar?k=4")
        .then()
        .statusCode(200)
        .body("hits.size()", equalTo(4))
        .body("hits.imageId", not(hasItem("i3")));
    given()
        .get("/v1/images/none/similar")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("'none'"));
  }

  @Test
  void refusesWhatIsWrongByName() {
    refuses(body("x").queryParam("k", "0"), 400, "k is '0'");
    refuses(body("x").queryParam("k", "many"), 400, "k is 'many'");
    refuses(body("x").queryParam("k", "1001"), 400, "1 to 1000");
    refuses(body("x").queryParam("filter", "tag:"), 400, "character 5");
    refuses(body("x").queryParam("after", "now"), 400, "'now' is not a position token");
    refuses(body("x").queryParam("timeout", "long"), 400, "timeout is 'long'");
    refuses(body("BAD"), 400, "the sketch is no image");
    refuses(given().contentType("image/png"), 400, "empty");
    refuses(given().contentType("application/json").body("[]"), 400, "nothing is drawn");
    refuses(given().contentType("application/json").body("[[[1],[2]"), 400, "strokes");
    refuses(body("x".repeat(70_000)), 413, "larger than 65536 bytes");
    refuses(body("SLOW").queryParam("timeout", "150ms"), 408, "no answer came");
  }

  @Test
  void refusesMoreCallersThanMayWait() throws Exception {
    AtomicBoolean refused = new AtomicBoolean();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) { // query.pending-max of this test
      waiting.add(
          Thread.ofVirtual()
              .start(() -> {
                // Again and again: the one that probes may have taken the place meanwhile.
                while (!refused.get()) {
                  body("SLOW").queryParam("timeout", "1s").post("/v1/search");
                }
              }));
    }
    try {
      await(() -> {
        var response = body("SLOW").queryParam("timeout", "1ms").post("/v1/search");
        return response.statusCode() == 429
            && "1".equals(response.header("Retry-After"))
            && response.contentType().startsWith("application/problem+json")
            && response.jsonPath().getString("detail").contains("8 searches wait");
      });
    } finally {
      refused.set(true);
    }
    for (Thread thread : waiting) {
      thread.join();
    }
    body("sketch 1").post("/v1/search").then().statusCode(200);
  }

  @Test
  void leafsThroughTheWholeGalleryWithoutMissingOrRepeating() throws Exception {
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonPath page =
          body("sketch 9")
              .queryParam("k", "7")
              .queryParam("search_after", next)
              .queryParam("filter", "not tag:newcomer")
              .queryParam("complete", "true")
              .post("/v1/search")
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      seen.addAll(page.getList("hits.imageId", String.class));
      next = page.getString("next");
      // Images that come in meanwhile shift nothing.
      put("newcomer" + seen.size(), 0, sketchVector("sketch 9"), "newcomer");
    } while (!next.isEmpty());
    assertEquals(seen.size(), seen.stream().distinct().count(), seen::toString);
    for (int i = 0; i < 50; i++) {
      assertTrue(seen.contains("i" + i), "i" + i);
    }
    refuses(body("x").queryParam("search_after", "nonsense"), 400, "no answer gave");
  }

  @Test
  void countsTheTagsAroundTheHits() {
    JsonPath answer =
        body("sketch 3")
            .queryParam("filter", "tag:fifth or tag:other")
            .post("/v1/search?k=2&facets=5")
            .then()
            .statusCode(200)
            .body("hits.size()", equalTo(2))
            .extract()
            .jsonPath();
    assertEquals(10, answer.getInt("facets.fifth"));
    assertEquals(40, answer.getInt("facets.other"));
    refuses(body("x").queryParam("facets", "101"), 400, "facets is '101'");
    refuses(body("x").queryParam("complete", "maybe"), 400, "complete is 'maybe'");
  }

  @Test
  void saysWhenTheGenerationIsGone() throws Exception {
    try (var answers = answers()) {
      ask("gone", "elsewhere", 1);
      SearchAnswered answer = awaitAnswer(answers, "gone");
      assertEquals(SearchErrorCode.UNAVAILABLE, answer.getError().getCode());
    }
  }

  @Test
  void answersKafkaClientsOnThePartitionTheyRead() throws Exception {
    try (var answers = answers()) {
      ask("by-kafka", GENERATION.id(), 3);
      SearchAnswered answer = awaitAnswer(answers, "by-kafka");
      assertEquals(3, answer.getHitsCount());
      assertEquals(2, answer.getShardsAnswered());
      assertTrue(answer.getHits(0).getScore() >= answer.getHits(1).getScore());
    }
  }

  @Test
  void putsWhatIsNoSearchAside() throws Exception {
    producer
        .send(
            new ProducerRecord<>(Topics.SKETCH_EMBEDDINGS.name(), "junk", new byte[] {1, 2, 3, 4}))
        .get();
    String topic = Topics.SKETCH_EMBEDDINGS.deadLetters().name();
    try (var letters =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      letters.assign(List.of(new TopicPartition(topic, 0)));
      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      await(() -> {
        letters.poll(Duration.ofMillis(50)).forEach(found::add);
        return found.stream().anyMatch(letter -> letter.key().equals("junk"));
      });
      assertTrue(
          EventHeaders.text(found.getFirst().headers(), EventHeaders.REASON)
              .contains("not the event"));
    }
    body("sketch 2").post("/v1/search").then().statusCode(200);
  }

  @Test
  void tellsHowFarItIs() {
    await(() ->
        given()
                    .get("/v1/status")
                    .jsonPath()
                    .getInt("generations.find { it.generation == 'gtest' }.documents")
                >= 50
            && given().get("/v1/status").jsonPath().getLong("lag.embeddings") == 0);
    given()
        .get("/v1/status")
        .then()
        .statusCode(200)
        .body("active", equalTo("gtest"))
        .body("images.indexed", greaterThanOrEqualTo(50))
        .body("lag.embeddings", equalTo(0))
        .body("generations[0].state", equalTo("ACTIVE"))
        .body("generations[0].dimension", equalTo(HashEmbedder.DIMENSION))
        .body("shards.size()", equalTo(2))
        .body("shards[0].partition", equalTo(0));
    given().get("/v1/endpoints").then().statusCode(200).body("ingest", equalTo(""));
    given().get("/q/health/live").then().statusCode(200);
    given().get("/q/metrics").then().body(containsString("sketchstream_query_searches_total"));
  }

  @Test
  void retiresAGenerationWhileTheOtherServes() throws Exception {
    Generation young = new Generation("gyoung");
    model(young, ModelState.BACKFILLING, 0);
    await(() -> states().contains("gyoung BACKFILLING") && shards("gyoung") == 2);
    String backfill = "generations.find { it.generation == 'gyoung' }.backfill";
    await(() -> given().get("/v1/status").jsonPath().get(backfill) != null);
    given()
        .get("/v1/status")
        .then()
        .body(backfill + ".paused", equalTo(false))
        .body(backfill + ".fraction", equalTo(1f)) // Nothing is in `images` here.
        .body("generations.find { it.generation == 'gtest' }", not(hasKey("backfill")))
        .body(backfill, not(hasKey("etaSeconds")));
    model(young, ModelState.RETIRED, 0);
    await(() -> states().contains("gyoung RETIRED") && shards("gyoung") == 0);
    body("sketch 4")
        .post("/v1/search?k=1")
        .then()
        .statusCode(200)
        .body("hits[0].imageId", equalTo("i4"));
  }

  private static long shards(String generation) {
    return given().get("/v1/status").jsonPath().getList("shards.generation", String.class).stream()
        .filter(generation::equals)
        .count();
  }

  private static String states() {
    JsonPath status = given().get("/v1/status").jsonPath();
    return status.getList("generations.collect { it.generation + ' ' + it.state }").toString();
  }

  private static void refuses(RequestSpecification request, int status, String reason) {
    request
        .post("/v1/search")
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("detail", containsString(reason));
  }

  private static RequestSpecification body(String sketch) {
    return given().contentType("image/png").body(sketch.getBytes(StandardCharsets.UTF_8));
  }

  private static float[] sketchVector(String sketch) {
    return HashEmbedder.vector(
        Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(sketch)).build());
  }

  private static boolean searchable(String imageId, String sketch) {
    var response = body(sketch).post("/v1/search?k=1");
    return response.statusCode() == 200
        && imageId.equals(response.jsonPath().getString("hits[0].imageId"));
  }

  /// @return the position token of the write
  private static synchronized String put(
      String imageId, int partition, float[] vector, String... tags) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    long offset = nextOffset[partition]++;
    EventHeaders.setImagesOffset(headers, offset);
    byte[] value = vector == null ? null : Vectors.event(imageId, vector, tags).toByteArray();
    producer.send(new ProducerRecord<>(IMAGES, partition, imageId, value, headers)).get();
    return partition + ":" + offset;
  }

  private static void model(Generation generation, ModelState state, long epoch) throws Exception {
    byte[] value =
        ModelChanged.newBuilder()
            .setGeneration(generation.id())
            .setState(state)
            .setNetwork("hash")
            .setDimension(HashEmbedder.DIMENSION)
            .setEpoch(epoch)
            .build()
            .toByteArray();
    producer.send(new ProducerRecord<>(Topics.MODELS.name(), generation.id(), value)).get();
  }

  private static KafkaConsumer<String, byte[]> answers() {
    var answers =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    answers.assign(List.of(new TopicPartition(Topics.SEARCH_RESULTS.name(), 2)));
    return answers;
  }

  private static void ask(String queryId, String generation, int k) throws Exception {
    float[] vector = Vectors.clustered(new SplittableRandom(5), HashEmbedder.DIMENSION, 10);
    SketchEmbedded.Builder sketch =
        SketchEmbedded.newBuilder()
            .setQueryId(queryId)
            .setGeneration(generation)
            .setRequest(SearchRequest.newBuilder().setK(k).setReplyPartition(2));
    for (float x : vector) {
      sketch.addVector(x);
    }
    producer
        .send(
            new ProducerRecord<>(
                Topics.SKETCH_EMBEDDINGS.name(), queryId, sketch.build().toByteArray()))
        .get();
  }

  private static SearchAnswered awaitAnswer(KafkaConsumer<String, byte[]> answers, String queryId) {
    List<SearchAnswered> found = new ArrayList<>();
    await(() -> {
      answers
          .poll(Duration.ofMillis(50))
          .forEach(record -> {
            if (record.key().equals(queryId)) {
              found.add(
                  Topics.SEARCH_RESULTS
                      .valueSerde()
                      .deserializer()
                      .deserialize(record.topic(), record.value()));
            }
          });
      return !found.isEmpty();
    });
    return found.getFirst();
  }

  private static void awaitStatus(int code) {
    await(() -> given().get("/v1/status").statusCode() == code);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within a minute");
      LockSupport.parkNanos(20_000_000);
    }
  }
}
