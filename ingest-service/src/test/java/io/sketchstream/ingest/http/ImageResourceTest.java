package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static io.sketchstream.ingest.Eventually.eventually;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.GalleryEntry;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class ImageResourceTest {
  private static final String POSITION = "\\d+:\\d+";

  @TestHTTPResource URI address;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @ConfigProperty(name = "ingest.watch")
  Path watched;

  @BeforeEach
  void waitUntilReady() throws Exception {
    eventually("ready", () -> given().get("/q/health/ready").statusCode() == 200);
  }

  @Test
  void takesAnImageAndGivesItBackCanonical() throws Exception {
    long before = count();
    String position =
        put("cat-1", TestImages.jpeg(11))
            .statusCode(202)
            .body("imageId", equalTo("cat-1"), "status", equalTo("accepted"))
            .extract()
            .path("position");
    assertTrue(position.matches(POSITION), position);
    assertEquals(before + 1, count());

    var answer =
        given()
            .get("/v1/images/cat-1")
            .then()
            .statusCode(200)
            .contentType("image/jpeg")
            .header("Cache-Control", containsString("no-cache"))
            .extract();
    var image = ImageIO.read(new ByteArrayInputStream(answer.asByteArray()));
    assertEquals(256, Math.min(image.getWidth(), image.getHeight()) + 16, "320 x 240 stays");
    given()
        .header("If-None-Match", answer.header("ETag"))
        .get("/v1/images/cat-1")
        .then()
        .statusCode(304);
  }

  @Test
  void writesTheEventThatTheContractPromises() {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    byte[] original = TestImages.png(12);
    String position =
        given()
            .header("traceparent", traceparent)
            .queryParam("title", "A cat")
            .queryParam("tags", "cat, pet,cat")
            .queryParam("uri", "https://example.org/cat.png")
            .queryParam("extra.licence", "CC0")
            .body(original)
            .contentType("image/png")
            .put("/v1/images/cat-2")
            .then()
            .statusCode(202)
            .extract()
            .path("position");

    ConsumerRecord<String, ImageIngested> record = read(position);

    ImageIngested event = record.value();
    assertEquals("cat-2", record.key());
    assertEquals("cat-2", event.getImageId());
    assertEquals("A cat", event.getAttributes().getTitle());
    assertEquals(List.of("cat", "pet"), event.getAttributes().getTagsList());
    assertEquals("https://example.org/cat.png", event.getAttributes().getUri());
    assertEquals(Map.of("licence", "CC0"), event.getAttributes().getExtraMap());
    assertArrayEquals(GalleryEntry.sha256(original), event.getContentSha256().toByteArray());
    assertEquals(64, event.getWidth());
    assertEquals(48, event.getHeight());
    assertTrue(event.getIngestedAt().getSeconds() > 1_600_000_000);
    assertEquals(traceparent, EventHeaders.text(record.headers(), "traceparent"));
    assertEquals("sketchstream.v1.ImageIngested", EventHeaders.text(record.headers(), "ce_type"));
    assertEquals("/sketchstream/ingest-service", EventHeaders.text(record.headers(), "ce_source"));
  }

  @Test
  void leavesTheSameImageAlone() {
    byte[] original = TestImages.jpeg(13);
    String first = put("same", original).statusCode(202).extract().path("position");
    put("same", original)
        .statusCode(202)
        .body("status", equalTo("unchanged"), "position", equalTo(first));
    given()
        .body(original)
        .contentType("image/jpeg")
        .put("/v1/images/same?title=new")
        .then()
        .statusCode(202)
        .body("status", equalTo("accepted"));
    put("same", original).statusCode(202).body("status", equalTo("accepted"));
  }

  @Test
  void takesAnImageOutOnce() {
    put("gone", TestImages.jpeg(14)).statusCode(202);
    given()
        .delete("/v1/images/gone")
        .then()
        .statusCode(202)
        .body("status", equalTo("removed"), "position", matchesPattern(POSITION));
    given()
        .get("/v1/images/gone")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("'gone'"));
    given().delete("/v1/images/gone").then().statusCode(404);
    put("gone", TestImages.jpeg(14)).statusCode(202).body("status", equalTo("accepted"));
  }

  @Test
  void saysWhyAnImageIsRefused() {
    refused("bomb", TestImages.bomb(), 422, "30,000");
    refused("short", TestImages.truncated(), 422, "");
    refused("text", "no picture at all".getBytes(StandardCharsets.UTF_8), 422, "");
    refused("empty", new byte[0], 422, "empty");
    refused("large", new byte[300_000], 413, "ingest.max-bytes");
    given().get("/v1/images/bomb").then().statusCode(404);
  }

  @Test
  void refusesALargeBodyOfUnknownLength() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "PUT /v1/images/chunked HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n"
              + "Connection: close\r\n\r\n");
      byte[] chunk = new byte[10_000];
      for (int i = 0; i < 25; i++) {
        send(socket, Integer.toHexString(chunk.length) + "\r\n");
        socket.getOutputStream().write(chunk);
        send(socket, "\r\n");
      }
      send(socket, "0\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
      assertTrue(answer.contains("ingest.max-bytes"), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".hidden", "a%20b", "%C3%A9", "a%2Fb", "-x"})
  void refusesABadId(String id) {
    given()
        .urlEncodingEnabled(false)
        .body(TestImages.png(1))
        .contentType("image/png")
        .put("/v1/images/" + id)
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("no image id"));
  }

  @Test
  void refusesAttributesOutOfBounds() {
    given()
        .queryParam("title", "x".repeat(1001))
        .body(TestImages.png(1))
        .contentType("image/png")
        .put("/v1/images/titled")
        .then()
        .statusCode(400)
        .body("reason", equalTo("bad-attributes"), "detail", containsString("title"));
  }

  @Test
  void takesTheGoodFilesOfAMixedUpload() {
    byte[] cat = TestImages.jpeg(21);
    String catId = HexFormat.of().formatHex(GalleryEntry.sha256(cat));
    RequestSpecification upload =
        given()
            .multiPart("image", "cat.jpg", cat, "image/jpeg")
            .multiPart("image", "bomb.png", TestImages.bomb(), "image/png")
            .multiPart("image", "empty.png", new byte[0], "image/png")
            .multiPart("id:dog-1", "dog.png", TestImages.png(22), "image/png")
            .multiPart("id:not valid", "bird.png", TestImages.png(23), "image/png")
            .multiPart("image", "large.png", new byte[250_000], "image/png")
            .multiPart("image", "again.jpg", cat, "image/jpeg")
            .multiPart("attributes", "{\"dog.png\": {\"title\": \"A dog\", \"tags\": [\"dog\"]}}");

    upload
        .post("/v1/images?tags=pets")
        .then()
        .statusCode(202)
        .body("rejected", equalTo(4), "failed", equalTo(0))
        .body(
            "results.file",
            equalTo(
                List.of(
                    "cat.jpg",
                    "bomb.png",
                    "empty.png",
                    "large.png",
                    "again.jpg",
                    "dog.png",
                    "bird.png")))
        .body("results[0].imageId", equalTo(catId), "results[0].problem", nullValue())
        .body("results[1].problem.detail", containsString("bomb.png"))
        .body("results[2].problem.status", equalTo(422))
        .body("results[5].imageId", equalTo("dog-1"), "results[5].status", equalTo("accepted"))
        .body("results[6].problem.status", equalTo(400))
        .body("results[3].problem.status", equalTo(413))
        .body("results[3].problem.detail", containsString("ingest.max-bytes"));
    given().get("/v1/images/" + catId).then().statusCode(200);

    given()
        .multiPart("image", "cat.jpg", cat, "image/jpeg")
        .post("/v1/images?tags=pets")
        .then()
        .statusCode(202)
        .body("unchanged", equalTo(1));
  }

  @Test
  void refusesAnUploadOfWhichNothingIsGood() {
    given()
        .multiPart("image", "a.png", new byte[0], "image/png")
        .multiPart("image", "b.png", TestImages.truncated(), "image/png")
        .post("/v1/images")
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("results.file", hasItems("a.png", "b.png"))
        .body("detail", equalTo("none of the 2 files was accepted"));
    given().multiPart("other", "no file").post("/v1/images").then().statusCode(400);
    var many = given();
    for (int i = 0; i < 21; i++) {
      many.multiPart("image", i + ".png", TestImages.png(i), "image/png");
    }
    many.post("/v1/images")
        .then()
        .statusCode(413)
        .body("detail", containsString("ingest.batch-files-max"));
    given()
        .multiPart("image", "huge.png", new byte[2_500_000], "image/png")
        .post("/v1/images")
        .then()
        .statusCode(413)
        .body("detail", containsString("ingest.batch-bytes-max"));
  }

  @Test
  void tellsCallersToComeBackWhenThereAreTooMany() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) { // 4 at work and 2 waiting.
        Socket socket = connect();
        slow.add(socket);
        send(socket, "PUT /v1/images/slow HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\nx");
      }
      eventually("turned away", () -> putStatus() == 429);
      put("patient", TestImages.jpeg(31))
          .statusCode(429)
          .header("Retry-After", "1")
          .contentType("application/problem+json")
          .body("reason", equalTo("overloaded"));
      given().get("/v1/images/nobody").then().statusCode(404);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    eventually("let in again", () -> putStatus() == 202);
  }

  @Test
  void followsTheWatchedFolder() throws Exception {
    long before = count();
    Path file = watched.resolve("seen.jpg");
    Files.write(file, TestImages.jpeg(41));
    eventually("the file is in", () -> count() == before + 1);
    Files.delete(file);
    eventually("the file is out", () -> count() == before);
  }

  @Test
  void describesAndCountsItself() {
    given().get("/q/openapi").then().statusCode(200).body(containsString("/v1/images/{id}"));
    refused("counted", new byte[] {1, 2, 3}, 422, "");
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("ingest_images_total{outcome=\"rejected\",reason=\"bad-image\"}"))
        .body(containsString("ingest_decode_seconds_count"));
    given().get("/q/health/live").then().statusCode(200);
  }

  private int putStatus() {
    return given()
        .body(TestImages.png(32))
        .contentType("image/png")
        .put("/v1/images/probe")
        .statusCode();
  }

  private static ValidatableResponse put(String id, byte[] original) {
    return given().body(original).contentType("image/jpeg").put("/v1/images/" + id).then();
  }

  private static void refused(String id, byte[] original, int status, String reason) {
    put(id, original)
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("detail", containsString(id))
        .body("detail", containsString(reason));
  }

  private static long count() {
    return given().get("/v1/images").then().statusCode(200).extract().jsonPath().getLong("count");
  }

  private Socket connect() throws Exception {
    return new Socket(address.getHost(), address.getPort());
  }

  private static void send(Socket socket, String text) throws Exception {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private ConsumerRecord<String, ImageIngested> read(String position) {
    String[] parts = position.split(":");
    TopicPartition partition = new TopicPartition(Topics.IMAGES.name(), Integer.parseInt(parts[0]));
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            Topics.IMAGES.valueSerde().deserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, Long.parseLong(parts[1]));
      return consumer.poll(Duration.ofSeconds(10)).iterator().next();
    }
  }
}
