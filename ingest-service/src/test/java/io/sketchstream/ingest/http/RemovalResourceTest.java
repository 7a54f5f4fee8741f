package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class RemovalResourceTest extends ImageHttpFixture {
  @Test
  void removesManyAndReturnsCountAndPositions() {
    put("many-1", TestImages.jpeg(71)).statusCode(202);
    put("many-2", TestImages.jpeg(72)).statusCode(202);
    put("many-3", TestImages.jpeg(73)).statusCode(202);

    delete("{\"imageIds\":[\"many-1\",\"many-2\",\"many-1\",\"never-there\"]}")
        .statusCode(202)
        .body("removed", equalTo(2))
        .body("absent", equalTo(1))
        // The furthest of each partition alone.
        .body("position", matchesPattern("0:\\d+|1:\\d+|0:\\d+,1:\\d+"));

    given().get("/v1/images/many-1").then().statusCode(404);
    given().get("/v1/images/many-2").then().statusCode(404);
    given().get("/v1/images/many-3").then().statusCode(200);
    delete("{\"imageIds\":[\"many-1\",\"many-2\"]}")
        .statusCode(202)
        .body("removed", equalTo(0))
        .body("absent", equalTo(2))
        .body("position", equalTo(""));
  }

  @Test
  void refusesWithTheReasonAndRemovesNothing() {
    put("spared", TestImages.jpeg(74)).statusCode(202);
    refused("", 400, "delete: the body is not a JSON object such as");
    refused("{}", 400, "imageIds is not an array of ids, as in");
    refused("[\"spared\"]", 400, "delete: the body is not a JSON object such as");
    refused("{\"imageIds\":[]}", 400, "imageIds is empty");
    refused("{\"imageIds\":[\"spared\",7]}", 400, "imageIds holds 7");
    refused("{\"imageIds\":[\"spared\",\"a/b\"]}", 400, "'a/b' is not a valid image id");
    refused("{\"imageIds\":[\"spared\"],\"filter\":\"tag:x\"}", 400, "'filter' is not known");
    refused("{\"imageIds\":[\"spared\"]", 400, "the body is not valid JSON");
    String tooMany =
        IntStream.range(0, 1_001)
            .mapToObj(i -> i == 0 ? "\"spared\"" : "\"x" + i + "\"")
            .collect(Collectors.joining(",", "{\"imageIds\":[", "]}"));
    refused(tooMany, 413, "imageIds holds 1001 ids; at most 1000 are accepted");
    given().get("/v1/images/spared").then().statusCode(200);
  }

  @Test
  void acceptsAnImageNamedDelete() {
    put("delete", TestImages.jpeg(75)).statusCode(202);
    given().get("/v1/images/delete").then().statusCode(200).contentType("image/jpeg");
    given().delete("/v1/images/delete").then().statusCode(202);
  }

  private static void refused(String body, int status, String reason) {
    delete(body)
        .statusCode(status)
        .contentType("application/problem+json")
        .body("detail", containsString(reason));
  }

  private static ValidatableResponse delete(String body) {
    return given().contentType("application/json").body(body).post("/v1/images/delete").then();
  }
}
