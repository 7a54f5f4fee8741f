package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.google.protobuf.ByteString;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import io.sketchstream.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/// A gallery of 50 images behind the whole path of a search: HTTP, Kafka, an embedder, Kafka,
/// Lucene, Kafka, HTTP. Each test class fills it again.
abstract class SearchFixture {
  static final Generation GENERATION = new Generation("gtest");

  static final String IMAGES = Topics.imageEmbeddings(GENERATION).name();

  static KafkaProducer<String, byte[]> producer;

  static HashEmbedder embedder;

  static String kafka;

  static double recall;

  static final long[] nextOffset = new long[2];

  /// Before each, not before all: only then does the test know the port. The first one fills.
  @BeforeEach
  void fill() throws Exception {
    if (producer != null) {
      return;
    }
    kafka = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", kafka, "max.request.size", 4 << 20),
            new StringSerializer(),
            new ByteArraySerializer());
    embedder = new HashEmbedder(kafka, GENERATION.id());
    awaitStatus(200);
    model(GENERATION, ModelState.ACTIVE, 1);
    await(() -> given().get("/q/health/ready").statusCode() == 200);
    for (int i = 0; i < 50; i++) {
      put("i" + i, i % 2, sketchVector("sketch " + i), i % 5 == 0 ? "fifth" : "other");
    }
    await(() -> visibleImages() >= 50);
    // The first search is looked at in any case; later ones may meet images that come and go.
    await(() -> {
      body("sketch 7").post("/v1/search?k=5").then().statusCode(200);
      return metric("sketchstream_query_recall_max") > 0;
    });
    recall = metric("sketchstream_query_recall_max");
  }

  static int visibleImages() {
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
    producer = null;
  }

  static double metric(String name) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  static RequestSpecification body(String sketch) {
    return given().contentType("image/png").body(sketch.getBytes(StandardCharsets.UTF_8));
  }

  static float[] sketchVector(String sketch) {
    return HashEmbedder.vector(
        Sketch.newBuilder().setRaster(ByteString.copyFromUtf8(sketch)).build());
  }

  /// @return the position token of the write
  static synchronized String put(String imageId, int partition, float[] vector, String... tags)
      throws Exception {
    return put(
        imageId,
        partition,
        vector == null ? null : Vectors.event(imageId, vector, tags).toByteArray());
  }

  /// Removes what a test has put in, and waits until no other finds it.
  static void remove(int partition, List<String> imageIds) throws Exception {
    String token = "";
    for (String imageId : imageIds) {
      token = put(imageId, partition, (byte[]) null);
    }
    body("any").post("/v1/search?k=1&after=" + token).then().statusCode(200);
  }

  static synchronized String put(String imageId, int partition, byte[] value) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    long offset = nextOffset[partition]++;
    EventHeaders.setImagesOffset(headers, offset);
    producer.send(new ProducerRecord<>(IMAGES, partition, imageId, value, headers)).get();
    return partition + ":" + offset;
  }

  static void model(Generation generation, ModelState state, long epoch) throws Exception {
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

  static void awaitStatus(int code) {
    await(() -> given().get("/v1/status").statusCode() == code);
  }

  /// A request with a key.
  static RequestSpecification as(String key) {
    return given().header("Authorization", "Bearer " + key);
  }

  /// A search by a sketch with a key.
  static RequestSpecification sketch(String key) {
    return as(key).contentType("image/png").body("sketch 7".getBytes(StandardCharsets.UTF_8));
  }

  static void await(Callable<Boolean> condition) {
    Await.until("as it should be", condition);
  }

  static void refuses(RequestSpecification request, int status, String reason) {
    request
        .post("/v1/search")
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("about:blank"))
        .body("status", equalTo(status))
        .body("detail", containsString(reason));
  }
}
