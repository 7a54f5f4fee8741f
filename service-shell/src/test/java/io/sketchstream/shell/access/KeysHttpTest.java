package io.sketchstream.shell.access;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(KeysHttpTest.WithKeys.class)
final class KeysHttpTest {
  public static final class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        java.nio.file.Path file = Files.createTempFile("keys", "");
        Files.write(
            file,
            """
            viewer read %s
            camera ingest %s
            boss   admin,read %s
            yard   read galleries=yard %s
            """
                .formatted(
                    KeysFileTest.hash("viewers-key"),
                    KeysFileTest.hash("cameras-key"),
                    KeysFileTest.hash("bosses-key"),
                    KeysFileTest.hash("yards-key"))
                .getBytes(UTF_8));
        file.toFile().deleteOnExit();
        return Map.of("access.keys-file", file.toString(), "access.token", "the-token-of-all");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Path("/doors")
  static class Doors {
    private final FileUris uris;

    Doors(FileUris uris) {
      this.uris = uris;
    }

    @GET
    public String read() {
      return "read";
    }

    @GET
    @Path("galleries")
    @InGalleries
    public String galleries(@Context RoutingContext caller) {
      return GalleryLimit.of(caller).narrowed("");
    }

    @GET
    @Path("uri")
    public String uri(@Context RoutingContext caller) {
      return "uri " + uris.shownTo(caller).apply("file:///home/ann/cat.jpg");
    }

    @PUT
    @RequiresScope(Scope.INGEST)
    public String put() {
      return "put";
    }

    @DELETE
    @RequiresScope(Scope.INGEST)
    public String delete() {
      return "deleted";
    }

    @POST
    public String change() {
      return "changed";
    }

    @POST
    @Path("many")
    @Audited
    @RequiresScope(Scope.INGEST)
    public String deleteMany() {
      return "deleted";
    }
  }

  @Test
  void saysWhetherATokenIsMissingOrWrong() {
    given()
        .get("/doors")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer realm=\"sketchstream\"")
        .body("detail", containsString("a token is required"));
    for (String wrong : List.of("Bearer old-key", "viewers-key", "Basic dmlld2Vycy1rZXk=")) {
      given()
          .header("Authorization", wrong)
          .get("/doors")
          .then()
          .statusCode(401)
          .header("WWW-Authenticate", containsString("invalid_token"))
          .body("detail", containsString("is not valid"));
    }
  }

  @Test
  void limitsEachKeyToItsScopes() {
    assertEquals(List.of(200, 403, 403), statuses("viewers-key"));
    assertEquals(List.of(403, 200, 403), statuses("cameras-key"));
    assertEquals(List.of(200, 403, 200), statuses("bosses-key"));
    assertEquals(List.of(200, 200, 200), statuses("the-token-of-all"));
    assertEquals(List.of(401, 401, 401), statuses("no-key-at-all"));
    given().get("/q/health").then().statusCode(200);
  }

  @Test
  void admitsAKeyLimitedToGalleriesToMarkedMethodsAlone() {
    given()
        .header("Authorization", "Bearer yards-key")
        .get("/doors")
        .then()
        .statusCode(403)
        .body("detail", containsString("'yard' is limited to galleries"));
    given().header("Authorization", "Bearer yards-key").put("/doors").then().statusCode(403);
    String galleries =
        given().header("Authorization", "Bearer yards-key").get("/doors/galleries").asString();
    assertEquals("gallery in (\"yard\")", galleries);
    assertEquals(
        "",
        given().header("Authorization", "Bearer viewers-key").get("/doors/galleries").asString());
  }

  @Test
  void namesTheMissingScope() {
    given()
        .header("Authorization", "Bearer viewers-key")
        .put("/doors")
        .then()
        .statusCode(403)
        .body("detail", containsString("'viewer' lacks the scope 'ingest'"));
    given().cookie(KeyRing.COOKIE, "viewers-key").get("/doors").then().statusCode(200);
  }

  @Test
  void pathsOfTheMachineAreShownToAdminsOnly() {
    assertEquals("uri ", as("viewers-key").get("/doors/uri").asString());
    assertEquals("uri file:///home/ann/cat.jpg", as("bosses-key").get("/doors/uri").asString());
  }

  /// However the path is written.
  @Test
  void checksScopesDespitePathParameters() {
    given()
        .header("Authorization", "Bearer viewers-key")
        .urlEncodingEnabled(false)
        .post("/doors;a=b")
        .then()
        .statusCode(403);
  }

  @Test
  void logsChangesInTheAuditLog() {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            lines.add(
                record instanceof org.jboss.logmanager.ExtLogRecord formatted
                    ? formatted.getFormattedMessage()
                    : record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger audit = Logger.getLogger("audit");
    audit.addHandler(handler);
    try {
      as("bosses-key").post("/doors");
      as("viewers-key").post("/doors");
      as("cameras-key").delete("/doors");
      as("cameras-key").put("/doors");
      as("cameras-key").post("/doors/many");
      as("wrong-key").post("/doors");
    } finally {
      audit.removeHandler(handler);
    }
    assertEquals(
        List.of(
            "who=boss from=127.0.0.1 what=POST /doors outcome=200",
            "who=viewer from=127.0.0.1 what=POST /doors outcome=403",
            "who=camera from=127.0.0.1 what=DELETE /doors outcome=200",
            "who=camera from=127.0.0.1 what=POST /doors/many outcome=200",
            "who=- from=127.0.0.1 what=POST /doors outcome=401"),
        lines);
  }

  private static List<Integer> statuses(String key) {
    return java.util.stream.Stream.of(
            as(key).get("/doors"), as(key).put("/doors"), as(key).post("/doors"))
        .map(Response::statusCode)
        .toList();
  }

  private static io.restassured.specification.RequestSpecification as(String key) {
    return given().header("Authorization", "Bearer " + key);
  }
}
