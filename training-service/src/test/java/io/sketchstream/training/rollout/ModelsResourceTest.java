package io.sketchstream.training.rollout;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelState;
import io.sketchstream.testing.Await;
import io.sketchstream.training.TrainingServiceConfig;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
final class ModelsResourceTest {
  @Inject Rollout rollout;
  @Inject TrainingServiceConfig config;

  @Test
  void listsModelsAndRefusesChangesWithTheReason() throws Exception {
    Await.until("this process leads", () -> rollout.view().leads());
    given()
        .get("/q/health")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("rollout", "training runs", "workers"))
        .body("checks.find { it.name == 'workers' }.data.rollout", equalTo("RUNNING"))
        .body("checks.find { it.name == 'rollout' }.data.leading", equalTo(true));
    Generations state = rollout.decide(RolloutRulesTest.register("g1", "a test"));
    assertEquals(ModelState.ACTIVE, state.find("g1").orElseThrow().getState());
    given()
        .post("/v1/models/g1/activate")
        .then()
        .statusCode(200)
        .body("active", equalTo("g1"))
        .body("models[0].generation", equalTo("g1"))
        .body("models[0].state", equalTo("ACTIVE"))
        .body("models[0].epoch", equalTo(1))
        .body("models[0].number", equalTo(1))
        .body("models[0].report", equalTo(false));
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

  @Test
  void listsLabelsAndRefusesInvalidParametersByName() {
    given()
        .get("/v1/labels?limit=1")
        .then()
        .statusCode(200)
        .body("labels.size()", lessThanOrEqualTo(1));
    given()
        .get("/v1/labels?limit=1001")
        .then()
        .statusCode(400)
        .contentType(containsString("application/problem+json"))
        .body("detail", containsString("limit is '1001', not 1 to 1000"));
    given()
        .get("/v1/labels/export")
        .then()
        .statusCode(200)
        .contentType(containsString("application/x-ndjson"));
  }

  @Test
  void boundsTheBodyOfARun() {
    given()
        .contentType("application/json")
        .body("{\"iterations\": \"" + "1".repeat(2_000_000) + "\"}")
        .post("/v1/training/runs")
        .then()
        .statusCode(413)
        .contentType(containsString("application/problem+json"))
        .body("detail", containsString("larger than the limit of 1048576 bytes"));
    given().body("[1]").post("/v1/training/runs").then().statusCode(400);
  }

  /// The first upload stays open until the second one was refused.
  @Test
  void acceptsOneModelAtATime() throws Exception {
    URL url = URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v1/models").toURL();
    HttpURLConnection first = (HttpURLConnection) url.openConnection();
    first.setRequestMethod("POST");
    first.setRequestProperty("Content-Type", "application/zip");
    first.setDoOutput(true);
    first.setChunkedStreamingMode(1000);
    try (ZipOutputStream body = new ZipOutputStream(first.getOutputStream())) {
      body.setLevel(0);
      body.putNextEntry(new ZipEntry("model.safetensors"));
      body.write(new byte[200_000]);
      body.flush();
      Await.until("the first upload has begun", () -> hasUpload(config.home().resolve("uploads")));
      given()
          .contentType("application/zip")
          .body(new byte[] {1})
          .post("/v1/models")
          .then()
          .statusCode(429)
          .header("Retry-After", "1")
          .contentType(containsString("application/problem+json"))
          .body("title", equalTo("Too Many Requests"))
          .body("detail", containsString("at once; try again"));
    }
    assertEquals(422, first.getResponseCode());
    given()
        .contentType("application/zip")
        .body(new byte[] {1})
        .post("/v1/models")
        .then()
        .statusCode(422);
  }

  @Test
  void saysWhatIsWrongWithAModelButNotWhereItLies() throws Exception {
    for (String file : List.of("manifest.json", "model.safetensors", "README")) {
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(archive)) {
        zip.putNextEntry(new ZipEntry(file));
        zip.write("{}".getBytes(UTF_8));
      }
      for (String path : List.of("/v1/models", "/v1/models/g7/artifact")) {
        given()
            .contentType("application/zip")
            .body(archive.toByteArray())
            .request(path.endsWith("models") ? "POST" : "PUT", path)
            .then()
            .statusCode(422)
            .contentType(containsString("application/problem+json"))
            .body("detail", containsString("not a usable model: "))
            .body("detail", not(containsString("uploads")));
      }
    }
  }

  private static boolean hasUpload(Path uploads) throws IOException {
    if (!Files.isDirectory(uploads)) {
      return false;
    }
    try (Stream<Path> folders = Files.list(uploads)) {
      return folders.findAny().isPresent();
    }
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
    passesOnAsAFile(generation);
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

  /// What comes out of the store goes back into it, and changes nothing.
  private static void passesOnAsAFile(String generation) {
    String path = "/v1/models/" + generation + "/artifact";
    byte[] archive =
        given()
            .get(path)
            .then()
            .statusCode(200)
            .contentType(containsString("application/zip"))
            .extract()
            .asByteArray();
    List<String> before = given().get("/v1/models").path("models.generation");
    given()
        .contentType("application/zip")
        .body(archive)
        .put(path)
        .then()
        .statusCode(200)
        .body("generation", equalTo(generation))
        .body("artifactUri", containsString("file:"));
    List<String> after = given().get("/v1/models").path("models.generation");
    assertEquals(before, after);
    given()
        .contentType("application/zip")
        .body(archive)
        .put("/v1/models/g0/artifact")
        .then()
        .statusCode(422)
        .body("detail", containsString("it is generation " + generation + ", not g0"));
    given().get("/v1/models/g0/artifact").then().statusCode(404);
  }

  private static void assertRefused(byte[] archive, String reason) {
    given()
        .contentType("application/zip")
        .body(archive)
        .post("/v1/models")
        .then()
        .statusCode(422)
        .contentType(containsString("application/problem+json"))
        .body("type", equalTo("about:blank"))
        .body("title", equalTo("Unprocessable Content"))
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
