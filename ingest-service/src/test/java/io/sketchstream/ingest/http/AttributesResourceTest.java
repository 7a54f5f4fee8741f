package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class AttributesResourceTest extends ImageHttpFixture {
  @Test
  void returnsTheMetadataOfAnImage() {
    String position =
        given()
            .body(TestImages.png(61))
            .contentType("image/png")
            .queryParam("title", "A cat")
            .queryParam("tags", "cat")
            .queryParam("uri", "https://example.org/1")
            .queryParam("extra.year", "2020")
            .put("/v1/images/known")
            .path("position");
    given()
        .get("/v1/images/known/metadata")
        .then()
        .statusCode(200)
        .body("imageId", equalTo("known"))
        .body("title", equalTo("A cat"))
        .body("tags", equalTo(List.of("cat")))
        .body("uri", equalTo("https://example.org/1"))
        .body("extra.year", equalTo("2020"))
        .body("width", equalTo(64))
        .body("height", equalTo(48))
        .body("size", greaterThan(100))
        .body("position", equalTo(position));
    given()
        .get("/v1/images/unknown/metadata")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("unknown"));
  }

  @Test
  void changesAttributesAndNotThePicture() {
    put("patched", TestImages.jpeg(62)).statusCode(202);
    byte[] picture = given().get("/v1/images/patched").asByteArray();
    JsonPath before = metadata("patched");

    patch("patched", "{\"tags\":[\"cat\"],\"title\":\"Tom\"}")
        .statusCode(202)
        .body("status", equalTo("accepted"));

    JsonPath after = metadata("patched");
    assertEquals("Tom", after.getString("title"));
    assertEquals(List.of("cat"), after.getList("tags"));
    assertEquals(before.getString("ingestedAt"), after.getString("ingestedAt"));
    assertEquals(before.getString("contentSha256"), after.getString("contentSha256"));
    assertNotEquals(before.getString("position"), after.getString("position"));
    assertArrayEquals(picture, given().get("/v1/images/patched").asByteArray());
    patch("patched", "{\"tags\":[\"cat\"]}")
        .statusCode(202)
        .body("status", equalTo("unchanged"))
        .body("position", equalTo(after.getString("position")));
  }

  @Test
  void refusesWithTheReason() {
    put("kept", TestImages.jpeg(63)).statusCode(202);
    patch("kept", "{\"titel\":\"x\"}")
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("'titel' is not an attribute"))
        .body("reason", equalTo("bad-attributes"));
    patch("absent", "{\"title\":\"x\"}").statusCode(404).body("detail", containsString("absent"));
    given()
        .contentType("text/plain")
        .body("{}")
        .patch("/v1/images/kept")
        .then()
        .statusCode(415)
        .contentType("application/problem+json");
  }

  private static ValidatableResponse patch(String id, String patch) {
    return given()
        .contentType("application/merge-patch+json")
        .body(patch.getBytes(StandardCharsets.UTF_8))
        .patch("/v1/images/" + id)
        .then();
  }

  private static JsonPath metadata(String id) {
    return given()
        .get("/v1/images/" + id + "/metadata")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }
}
