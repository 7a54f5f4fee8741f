package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.events.Sha256;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A key that is limited to galleries reaches no image of another one, by whichever call.
@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
@TestProfile(KeyGalleriesTest.WithKeys.class)
class KeyGalleriesTest {
  private static final String YARD = "key-of-the-yard";
  private static final String MUSEUM = "key-of-the-museum";
  private static final String ALL = "key-of-all";

  public static final class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        Path keys = Files.createTempFile("keys", "");
        keys.toFile().deleteOnExit();
        Files.writeString(
            keys,
            """
            yard   read,ingest,label galleries=yard %s
            museum read,ingest,label galleries=Paintings,old%%20maps %s
            boss   read,ingest,label %s
            """
                .formatted(Sha256.hex(YARD), Sha256.hex(MUSEUM), Sha256.hex(ALL)));
        return Map.of("access.keys-file", keys.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void putsOnlyIntoItsGalleries() {
    put(YARD, "y1", 1, "").statusCode(202);
    metadata(ALL, "y1").statusCode(200).body("extra.gallery", equalTo("yard"));
    put(YARD, "y2", 2, "?gallery=paintings")
        .statusCode(403)
        .body("reason", equalTo("other-gallery"));
    put(YARD, "y2", 2, "?extra.gallery=paintings").statusCode(403);
    put(MUSEUM, "m1", 3, "").statusCode(403).body("detail", containsString("limited to"));
    put(MUSEUM, "m1", 3, "?gallery=paintings").statusCode(202);
    put(MUSEUM, "y1", 4, "?gallery=paintings").statusCode(403);
    put(ALL, "none", 5, "").statusCode(202);
    put(YARD, "none", 6, "").statusCode(403).body("detail", containsString("another gallery"));
    String results =
        as(YARD)
            .multiPart("id:y3", "a.jpg", TestImages.jpeg(7), "image/jpeg")
            .multiPart("id:m1", "b.jpg", TestImages.jpeg(8), "image/jpeg")
            .post("/v1/images")
            .then()
            .statusCode(202)
            .extract()
            .path("results.collect { it.status }")
            .toString();
    assertEquals("[accepted, rejected]", results);
  }

  @Test
  void seesAndChangesOnlyTheImagesOfItsGalleries() {
    put(ALL, "seen", 11, "?gallery=yard").statusCode(202);
    put(ALL, "hidden", 12, "?gallery=paintings").statusCode(202);
    put(ALL, "nowhere", 13, "").statusCode(202);
    for (String path : new String[] {"", "/metadata"}) {
      as(YARD).get("/v1/images/seen" + path).then().statusCode(200);
      as(YARD).get("/v1/images/hidden" + path).then().statusCode(404);
      as(YARD).get("/v1/images/nowhere" + path).then().statusCode(404);
      as(MUSEUM).get("/v1/images/hidden" + path).then().statusCode(200);
      as(ALL).get("/v1/images/nowhere" + path).then().statusCode(200);
    }
    as(YARD).get("/v1/images/hidden/original").then().statusCode(404);
    patch(YARD, "hidden", "{\"title\": \"mine\"}").statusCode(404);
    patch(YARD, "seen", "{\"title\": \"mine\"}").statusCode(202);
    patch(YARD, "seen", "{\"extra\": {\"gallery\": \"paintings\"}}").statusCode(403);
    patch(YARD, "seen", "{\"gallery\": null}").statusCode(403);
    as(YARD).delete("/v1/images/hidden").then().statusCode(404);
    as(YARD)
        .contentType("application/json")
        .body("{\"imageIds\": [\"hidden\", \"seen\"]}")
        .post("/v1/images/delete")
        .then()
        .statusCode(202)
        .body("removed", equalTo(1))
        .body("absent", equalTo(1));
    as(ALL).get("/v1/images/hidden").then().statusCode(200);
    as(YARD).get("/v1/gallery").then().statusCode(403).body("detail", containsString("limited"));
  }

  @Test
  void labelsOnlyTheImagesOfItsGalleries() {
    put(ALL, "mine", 21, "?gallery=yard").statusCode(202);
    put(ALL, "theirs", 22, "?gallery=paintings").statusCode(202);
    label(YARD, "{\"imageId\": \"mine\", \"class\": \"cat\"}").statusCode(202);
    label(YARD, "{\"imageId\": \"theirs\", \"class\": \"cat\"}").statusCode(400);
    label(YARD, "{\"strokes\": [[[0, 9], [0, 9]]], \"class\": \"cat\"}").statusCode(400);
    label(YARD, "{\"imageId\": \"mine\", \"class\": \"cat\", \"labelId\": \"x\"}").statusCode(400);
    label(YARD, "{\"labelId\": \"x\", \"withdrawn\": true}").statusCode(400);
    label(ALL, "{\"labelId\": \"x\", \"withdrawn\": true}").statusCode(202);
  }

  private static RequestSpecification as(String key) {
    return given().header("Authorization", "Bearer " + key);
  }

  private static ValidatableResponse put(String key, String id, int seed, String query) {
    return as(key)
        .contentType("image/jpeg")
        .body(TestImages.jpeg(seed))
        .put("/v1/images/" + id + query)
        .then();
  }

  private static ValidatableResponse metadata(String key, String id) {
    return as(key).get("/v1/images/" + id + "/metadata").then();
  }

  private static ValidatableResponse patch(String key, String id, String patch) {
    return as(key)
        .contentType("application/merge-patch+json")
        .body(patch)
        .patch("/v1/images/" + id)
        .then();
  }

  private static ValidatableResponse label(String key, String line) {
    return as(key)
        .contentType("application/octet-stream")
        .body(line.getBytes(StandardCharsets.UTF_8))
        .post("/v1/labels")
        .then();
  }
}
