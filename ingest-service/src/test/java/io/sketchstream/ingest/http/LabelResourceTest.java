package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.TopicRecords;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class LabelResourceTest {
  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @BeforeEach
  void waitUntilReady() throws Exception {
    Await.until("ready", () -> given().get("/q/health/ready").statusCode() == 200);
  }

  @Test
  void writesValidLinesAndListsInvalidOnes() {
    String lines =
        """
        {"imageId":"i-1","class":"cat","labelId":"l-1"}

        {"imageId":"i-2","clas":"cat"}
        {"strokes":[[[0,10],[0,10]]],"class":"line","labelId":"l-2"}
        {"imageId":"i-3","class":"cat","labelId":"l-3"}
        {"labelId":"l-3","withdrawn":true}\
        """;
    post(lines)
        .then()
        .statusCode(202)
        .body("accepted", equalTo(3), "withdrawn", equalTo(1), "rejected", equalTo(1))
        .body("errors[0].line", equalTo(3), "errors[0].detail", containsString("clas"));

    Map<String, ExampleLabelled> labels = labels();
    assertEquals("cat", labels.get("l-1").getClassName());
    assertEquals(1, labels.get("l-2").getSketch().getStrokes().getStrokesCount());
    assertEquals(null, labels.get("l-3"));
  }

  @Test
  void refusesABodyWithoutAnyLabel() {
    post("nothing\n{}")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("line 1"));
    post("").then().statusCode(400);
    post("x".repeat(1_100_000))
        .then()
        .statusCode(413)
        .body("detail", containsString("ingest.labels-bytes-max"));
  }

  private static io.restassured.response.Response post(String lines) {
    return given()
        .body(lines.getBytes(UTF_8))
        .contentType("application/octet-stream")
        .post("/v1/labels");
  }

  private Map<String, ExampleLabelled> labels() {
    Map<String, ExampleLabelled> labels = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicRecords.of(Map.of("bootstrap.servers", bootstrapServers), Topics.LABELS.name())) {
      labels.put(
          new String(record.key(), UTF_8),
          Topics.LABELS.valueSerde().deserializer().deserialize(record.topic(), record.value()));
    }
    return labels;
  }
}
