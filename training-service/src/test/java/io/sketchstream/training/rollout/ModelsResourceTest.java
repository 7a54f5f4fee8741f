package io.sketchstream.training.rollout;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.events.ModelState;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
final class ModelsResourceTest {
  @Inject RolloutService rollout;

  @Test
  void listsModelsAndSaysWhyAChangeIsNotMade() throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!rollout.view().leads()) {
      assertTrue(System.nanoTime() < deadline, "nobody leads");
      LockSupport.parkNanos(10_000_000);
    }
    given()
        .get("/q/health")
        .then()
        .statusCode(200)
        .body(
            "checks.name",
            hasItems("rollout", "rollout thread", "training runs", "training runs thread"))
        .body("checks.find { it.name == 'rollout' }.data.leading", equalTo(true));
    RolloutState state =
        rollout.decide(
            rules -> s -> rules.register(s, RolloutRulesTest.model("g1"), Map.of(), "a test"));
    assertEquals(ModelState.ACTIVE, state.models().get("g1").getState());
    given()
        .post("/v1/models/g1/activate")
        .then()
        .statusCode(200)
        .body("active", equalTo("g1"))
        .body("models[0].generation", equalTo("g1"))
        .body("models[0].state", equalTo("ACTIVE"))
        .body("models[0].epoch", equalTo(1));
    given()
        .post("/v1/models/g9/activate")
        .then()
        .statusCode(404)
        .contentType(containsString("application/problem+json"))
        .body("detail", containsString("g9"));
    given()
        .post("/v1/models/rollback")
        .then()
        .statusCode(409)
        .body("detail", containsString("no earlier generation"));
    given().post("/v1/models/g1/reject").then().statusCode(409);
    given().post("/v1/models/g1/pause").then().statusCode(409);
    rolloutBySendingIn();
    given().get("/v1/models").then().statusCode(200).body("leading", equalTo(true));
  }

  private static void rolloutBySendingIn() throws Exception {
    Path model = DefaultModel.unpack(Files.createTempDirectory("model")).directory();
    String generation =
        given()
            .contentType("application/zip")
            .body(zip(model, Map.of()))
            .post("/v1/models?reason=a+better+one")
            .then()
            .statusCode(202)
            .extract()
            .header("Sketchstream-Generation");
    String found = "models.find { it.generation == '" + generation + "' }.";
    given().get("/v1/models").then().body(found + "dimension", equalTo(512));
    byte[] tampered = Files.readAllBytes(model.resolve("model.safetensors"));
    tampered[tampered.length - 1]++;
    assertRefused(zip(model, Map.of("model.safetensors", tampered)), "was changed");
    assertRefused(
        zip(model, Map.of("model.safetensors", Arrays.copyOf(tampered, 1000))), "was changed");
    assertRefused("no archive".getBytes(UTF_8), "there is no file");
    byte[] unknown =
        Files.readString(model.resolve("manifest.json"))
            .replace("\"formatVersion\" : 1", "\"formatVersion\" : 99")
            .getBytes(UTF_8);
    assertRefused(zip(model, Map.of("manifest.json", unknown)), "format version 99");
  }

  private static void assertRefused(byte[] archive, String reason) {
    given()
        .contentType("application/zip")
        .body(archive)
        .post("/v1/models")
        .then()
        .statusCode(422)
        .contentType(containsString("application/problem+json"))
        .body("detail", containsString(reason));
  }

  private static byte[] zip(Path model, Map<String, byte[]> others) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setLevel(0);
      for (String name : List.of("manifest.json", "model.safetensors")) {
        zip.putNextEntry(new ZipEntry("some/directory/" + name));
        byte[] file = others.get(name);
        zip.write(file == null ? Files.readAllBytes(model.resolve(name)) : file);
      }
    }
    return bytes.toByteArray();
  }
}
