package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Sha256;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class ImageResourceTest extends ImageHttpFixture {
  private static final String POSITION = "\\d+:\\d+";

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @ConfigProperty(name = "ingest.watch")
  Path watched;

  @Test
  void storesAnImageAndReturnsItCanonical() throws Exception {
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
    assertArrayEquals(Sha256.of(original), event.getContentSha256().toByteArray());
    assertEquals(64, event.getWidth());
    assertEquals(48, event.getHeight());
    assertTrue(event.getIngestedAt().getSeconds() > 1_600_000_000);
    assertEquals(traceparent, EventHeaders.text(record.headers(), "traceparent"));
    assertEquals("sketchstream.v1.ImageIngested", EventHeaders.text(record.headers(), "ce_type"));
    assertEquals("/sketchstream/ingest-service", EventHeaders.text(record.headers(), "ce_source"));
  }

  /// GIF is decoded in another process, which must start here as well.
  @Test
  void acceptsAnImageOfADecoderProcess() throws Exception {
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    ImageIO.write(ImageIO.read(new ByteArrayInputStream(TestImages.png(15))), "gif", gif);

    put("animated", gif.toByteArray()).statusCode(202).body("status", equalTo("accepted"));
    refused("swollen", "<svg/>".getBytes(StandardCharsets.UTF_8), 422, "SVG");
  }

  @Test
  void explainsHowToSendAFile() {
    given()
        .body(TestImages.jpeg(16))
        .contentType("image/jpeg")
        .post("/v1/images")
        .then()
        .statusCode(415)
        .contentType("application/problem+json")
        .body("detail", containsString("multipart/form-data"), "detail", containsString("PUT"));
    given().delete("/v1/images").then().statusCode(405).contentType("application/problem+json");
  }

  @Test
  void doesNotWriteAnUnchangedImage() {
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
  void removesAnImageOnce() {
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
        .body("detail", containsString("not a valid image id"));
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
  void followsTheWatchedFolder() throws Exception {
    long before = count();
    Path file = watched.resolve("seen.jpg");
    Files.write(file, TestImages.jpeg(41));
    Await.until("the file is in", () -> count() == before + 1);
    Files.delete(file);
    Await.until("the file is out", () -> count() == before);
  }

  @Test
  void servesItsDocumentationAndMetrics() {
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

  private static void refused(String id, byte[] original, int status, String reason) {
    put(id, original)
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("detail", containsString(id))
        .body("detail", containsString(reason));
  }

  private static long count() {
    return given().get("/v1/gallery").then().statusCode(200).extract().jsonPath().getLong("count");
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
