package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class ConditionsTest extends ImageHttpFixture {
  private static final String OTHER = "\"another\"";

  @Test
  void replacesOnlyTheVersionThatIsNamed() {
    put("replaced", TestImages.jpeg(70)).statusCode(202);
    String first = etag("replaced");
    byte[] picture = given().get("/v1/images/replaced").asByteArray();

    failed(put("If-Match", OTHER, "replaced", 71), "is not the version that If-Match names");
    failed(put("If-Match", "W/" + first, "replaced", 71), "If-Match");
    failed(put("If-Match", OTHER, "replaced", 70), "If-Match"); // Though it changes nothing.
    assertArrayEquals(picture, given().get("/v1/images/replaced").asByteArray());

    put("If-Match", OTHER + ", " + first, "replaced", 71).statusCode(202);
    assertNotEquals(first, etag("replaced"));
    put("If-Match", "*", "replaced", 72).statusCode(202);
    failed(put("If-Match", "*", "never-there", 72), "is not in the gallery");
    given().get("/v1/images/never-there").then().statusCode(404);
  }

  @Test
  void addsOnly() {
    put("If-None-Match", "*", "added", 73).statusCode(202);
    failed(put("If-None-Match", "*", "added", 74), "in the gallery already");
    failed(put("If-None-Match", "*", "added", 73), "in the gallery already");
    failed(put("If-None-Match", "W/" + etag("added"), "added", 74), "If-None-Match names");
    put("If-None-Match", OTHER, "added", 74).statusCode(202);
  }

  @Test
  void changesOnlyTheAttributesThatWereRead() {
    put("edited", TestImages.jpeg(75)).statusCode(202);
    String read = etag("edited");
    patch(read, "edited", "{\"title\":\"Ann's\"}").statusCode(202);
    failed(patch(read, "edited", "{\"title\":\"Bob's\"}"), "If-Match");
    given().get("/v1/images/edited/metadata").then().body("title", equalTo("Ann's"));
    patch(etag("edited"), "edited", "{\"title\":\"Bob's\"}").statusCode(202);
    patch(OTHER, "never-there", "{\"title\":\"x\"}").statusCode(404);
  }

  @Test
  void removesOnlyTheVersionThatIsNamed() {
    put("removed", TestImages.jpeg(76)).statusCode(202);
    failed(with("If-Match", OTHER).delete("/v1/images/removed").then(), "If-Match");
    with("If-Match", etag("removed")).delete("/v1/images/removed").then().statusCode(202);
    with("If-Match", OTHER).delete("/v1/images/removed").then().statusCode(404);
  }

  @Test
  void comparesWeaklyBeforeItSendsAnImage() {
    put("cached", TestImages.jpeg(77)).statusCode(202);
    String etag = etag("cached");
    for (String known : new String[] {etag, "W/" + etag, OTHER + " , W/" + etag + ",", "*"}) {
      with("If-None-Match", known)
          .get("/v1/images/cached")
          .then()
          .statusCode(304)
          .header("ETag", etag)
          .header("Cache-Control", containsString("no-cache"));
    }
    with("If-None-Match", OTHER).get("/v1/images/cached").then().statusCode(200);
    with("If-Match", etag).get("/v1/images/cached").then().statusCode(200);
    failed(with("If-Match", "W/" + etag).get("/v1/images/cached").then(), "If-Match");
  }

  @Test
  void refusesAConditionThatItCannotRead() {
    for (String condition : new String[] {"abc", "\"a", "\"a\" b", "*, \"a\"", ","}) {
      put("If-Match", condition, "conditional", 78)
          .statusCode(400)
          .body("detail", containsString("not * or entity tags in quotes"));
    }
    given().get("/v1/images/conditional").then().statusCode(404);
  }

  private static void failed(ValidatableResponse response, String why) {
    response
        .statusCode(412)
        .contentType("application/problem+json")
        .body("reason", equalTo("precondition-failed"))
        .body("detail", containsString(why));
  }

  private static String etag(String id) {
    return given().get("/v1/images/" + id).header("ETag");
  }

  private static ValidatableResponse put(String header, String condition, String id, int seed) {
    return with(header, condition)
        .body(TestImages.jpeg(seed))
        .contentType("image/jpeg")
        .put("/v1/images/" + id)
        .then();
  }

  private static ValidatableResponse patch(String etag, String id, String patch) {
    return with("If-Match", etag)
        .contentType("application/merge-patch+json")
        .body(patch.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .patch("/v1/images/" + id)
        .then();
  }

  private static RequestSpecification with(String header, String value) {
    return given().header(header, value);
  }
}
