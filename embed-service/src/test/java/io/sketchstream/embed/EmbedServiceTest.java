package io.sketchstream.embed;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.Await;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EmbedServiceTest {
  @Inject
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka;

  @Test
  @Order(1)
  void isAliveButNotReadyWithoutAModel() throws Exception {
    awaitReadiness(503, "no generation is active yet");
    given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    given().get("/q/metrics").then().statusCode(200).body(containsString("embed_queue_depth"));
  }

  @Test
  @Order(2)
  void reportsTheFaultOfABrokenModel() throws Exception {
    publish(
        ModelChanged.newBuilder()
            .setGeneration("gbroken")
            .setState(ModelState.ACTIVE)
            .setArtifactUri("file:///no/such/model")
            .setEpoch(1)
            .build());
    awaitReadiness(503, "BROKEN: there is no model directory /no/such/model");
    given().get("/q/health/live").then().statusCode(200);
  }

  @Test
  @Order(3)
  void isReadyOnceTheActiveEncoderIsLoaded() throws Exception {
    Path weights =
        Path.of(System.getProperty("project.root"), "../shared/data/weights/mobilenet_v2");
    assumeTrue(Files.isDirectory(weights), "needs the weights of mobilenet_v2 at " + weights);
    ModelArtifact artifact = ModelArtifact.load(weights.toRealPath());
    publish(
        ModelChanged.newBuilder()
            .setGeneration(artifact.generation().id())
            .setState(ModelState.ACTIVE)
            .setArtifactUri(artifact.directory().toUri().toString())
            .setArtifactSha256(artifact.sha256())
            .setDimension(artifact.dimension())
            .setEpoch(2)
            .build());
    awaitReadiness(200, artifact.generation().id());
    given().get("/q/health/ready").then().body(containsString("gbroken"));
  }

  private void publish(ModelChanged change) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.MODELS.name(),
                  change.getGeneration().getBytes(UTF_8),
                  change.toByteArray()))
          .get();
    }
  }

  private static void awaitReadiness(int status, String text) throws Exception {
    Await.until(
        "readiness " + status + " with " + text,
        () -> {
          var response = given().get("/q/health/ready");
          return response.statusCode() == status && response.asString().contains(text);
        });
  }
}
