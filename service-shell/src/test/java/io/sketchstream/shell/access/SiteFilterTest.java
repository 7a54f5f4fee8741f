package io.sketchstream.shell.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
final class SiteFilterTest {
  private static final int BODY_SIZE_MAX = 1 << 20;

  @Path("/bodies")
  static class Bodies {
    @POST
    @Consumes("*/*")
    public String post(byte[] body) {
      return "read " + body.length;
    }
  }

  @Test
  void refusesOtherHostNames() {
    for (String path : List.of("/things?k=1", "/q/health", "/q/metrics", "/nothing")) {
      given()
          .header("Host", "evil.example")
          .get(path)
          .then()
          .statusCode(403)
          .contentType("application/problem+json")
          .body("detail", containsString("the Host of the request is 'evil.example', not 127"));
    }
  }

  @Test
  void refusesWritesFromOtherOrigins() {
    given()
        .header("Origin", "http://evil.example")
        .contentType("text/plain")
        .body("x")
        .post("/bodies")
        .then()
        .statusCode(403)
        .contentType("application/problem+json")
        .body("detail", containsString("Origin is 'http://evil.example'"));
    given()
        .header("Sec-Fetch-Site", "cross-site")
        .contentType("text/plain")
        .body("x")
        .post("/q/health")
        .then()
        .statusCode(403);
    given().contentType("text/plain").body("x").post("/bodies").then().statusCode(200);
  }

  @Test
  void setsSecurityHeadersOnEveryAnswer() {
    for (String path : List.of("/things?k=1", "/q/health", "/nothing", "/things/bug")) {
      given()
          .get(path)
          .then()
          .header("X-Content-Type-Options", "nosniff")
          .header("X-Frame-Options", "DENY")
          .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
          .header("Cache-Control", equalTo("no-store"));
    }
  }

  @Test
  void boundsBodiesInEveryEncoding() {
    byte[] large = new byte[BODY_SIZE_MAX + 1];
    given()
        .contentType("text/plain")
        .body(new byte[BODY_SIZE_MAX])
        .post("/bodies")
        .then()
        .statusCode(200)
        .body(equalTo("read " + BODY_SIZE_MAX));
    given()
        .contentType("text/plain")
        .body(large)
        .post("/bodies")
        .then()
        .statusCode(413)
        .body("detail", containsString("limit of " + BODY_SIZE_MAX));
    given() // In chunks.
        .contentType("text/plain")
        .body(new java.io.ByteArrayInputStream(large))
        .post("/bodies")
        .then()
        .statusCode(413);
  }
}
