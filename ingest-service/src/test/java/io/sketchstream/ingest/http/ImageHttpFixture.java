package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import io.sketchstream.testing.Await;
import org.junit.jupiter.api.BeforeEach;

abstract class ImageHttpFixture {
  @BeforeEach
  void waitUntilReady() throws Exception {
    Await.until("ready", () -> given().get("/q/health/ready").statusCode() == 200);
  }

  static ValidatableResponse put(String id, byte[] original) {
    return given().body(original).contentType("image/jpeg").put("/v1/images/" + id).then();
  }
}
