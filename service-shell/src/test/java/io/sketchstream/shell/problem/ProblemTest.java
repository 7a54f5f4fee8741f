package io.sketchstream.shell.problem;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
final class ProblemTest {
  private static final int BODY_SIZE_MAX = 10 << 20;

  /// Makes the meters that services bring.
  @Singleton
  static class Meters {
    @Produces
    @Singleton
    MeterRegistry registry() {
      return new SimpleMeterRegistry();
    }
  }

  record Body(String name, @Max(9) int size) {}

  @Path("/things")
  static class Things {
    @GET
    public String get(@QueryParam("k") @Max(10) int k) {
      return "k" + k;
    }

    @POST
    @Consumes("application/json")
    public String post(@Valid Body body) {
      return body.name();
    }

    @POST
    @Path("/upload")
    @Consumes("multipart/form-data")
    public String upload(@RestForm("f") FileUpload file) {
      return file.fileName();
    }

    @GET
    @Path("/json")
    @jakarta.ws.rs.Produces("application/json")
    public String json() {
      return "{}";
    }

    @GET
    @Path("/bug")
    public String bug() {
      throw new IllegalStateException("secret at /home/somebody");
    }

    @GET
    @Path("/error")
    public String error() {
      throw new StackOverflowError();
    }

    @GET
    @Path("/busy")
    public String busy() {
      throw new ProblemException(
          Problem.of(503, "the shard is being moved").with("reason", "moving"));
    }
  }

  @Test
  void turnsARefusalIntoAProblemWithItsMembers() {
    problem(given().get("/things/busy"), 503)
        .header("Retry-After", "1")
        .body("type", equalTo("about:blank"))
        .body("title", equalTo("Service Unavailable"))
        .body("detail", equalTo("the shard is being moved"))
        .body("reason", equalTo("moving"))
        .body("members", equalTo(null));
  }

  @Test
  void refusesAParameterThatTheCallDoesNotHave() {
    problem(given().get("/things?kk=3"), 400)
        .body("detail", equalTo("this call has no parameter 'kk': it has k"));
    problem(given().get("/things/busy?x=3"), 400)
        .body("detail", equalTo("this call takes no parameters, but 'x' is given"));
    problem(given().get("/things?k=3&k=4"), 400).body("detail", equalTo("k is given 2 times"));
    given().get("/things?k=3").then().statusCode(200);
  }

  /// Latin-1, half a letter, a surrogate; each was read as a replacement character.
  @Test
  void refusesAUrlThatIsNotUtf8() {
    for (String part : List.of("%E9", "%C3", "%ED%A0%80")) {
      problem(given().urlEncodingEnabled(false).get("/things?name=caf" + part), 400)
          .body("detail", containsString("'" + part + "' in the URL is not UTF-8"));
    }
    problem(given().urlEncodingEnabled(false).get("/things?k=3&%C3%A9%F0%9F%98%80=1"), 400)
        .body("detail", containsString("no parameter 'é😀'"));
  }

  @Test
  void refusesAPathWithASemicolon() {
    problem(given().urlEncodingEnabled(false).get("/things;v=1"), 400)
        .body("detail", containsString("semicolon"));
  }

  @Test
  void answersAnUploadThatBreaksOffWithBadRequest() {
    problem(
            given()
                .contentType("multipart/form-data; boundary=XX")
                .body(
                    "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nab"
                        .getBytes(UTF_8))
                .post("/things/upload"),
            400)
        .body("detail", equalTo("the multipart body ends before its last boundary"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=\"f\"; filename*=NOPE''a",
        "name=\"f\"; filename*=UTF-8''%zz",
        "name=\"f\"; filename*=a",
        "name=\"g\"\r\nContent-Type: text/plain; charset=NOPE",
        "name=\"g\"\r\nContent-Type: ////",
        "name=\"f\"; filename=\"a\"\r\nContent-Transfer-Encoding: base64",
        "name=\"f\"; filename=\"a\"\r\nno header"
      })
  void answersAnUploadWithABadPartWithBadRequest(String header) {
    problem(
            given()
                .contentType("multipart/form-data; boundary=XX")
                .body(
                    ("--XX\r\nContent-Disposition: form-data; "
                            + header
                            + "\r\n\r\na=\r\n--XX--\r\n")
                        .getBytes(UTF_8))
                .post("/things/upload"),
            400)
        .body("detail", containsString("the encoding of a part"));
  }

  @Test
  void answersAnUploadWithABadBoundaryWithBadRequest() {
    problem(
        given()
            .contentType("multipart/form-data; boundary=")
            .body("--XX--".getBytes(UTF_8))
            .post("/things/upload"),
        400);
  }

  @Test
  void answersAnUploadOfTooManyPartsAsTooLarge() {
    problem(
            given()
                .contentType("multipart/form-data; boundary=XX")
                .body(
                    ("--XX\r\nContent-Disposition: form-data; name=\"g\"\r\n\r\na\r\n".repeat(1_100)
                            + "--XX--\r\n")
                        .getBytes(UTF_8))
                .post("/things/upload"),
            413)
        .body("detail", containsString("too many parts"));
  }

  @Test
  void namesTheInvalidParameter() {
    problem(given().get("/things?k=11"), 400)
        .body("detail", containsString("k: "))
        .body("violations[0].field", equalTo("k"))
        .body("detail", not(containsString("get")));
    problem(json("{\"name\":\"a\",\"size\":10}").post("/things"), 400)
        .body("violations[0].field", equalTo("body.size"));
  }

  @Test
  void answersAnUnreadableParameterWithBadRequest() {
    problem(given().get("/things?k=many"), 400).body("detail", containsString("can't be read"));
  }

  @Test
  void locatesUnreadableJsonAndNamesNoClass() {
    problem(json("{\"name\":").post("/things"), 400)
        .body("detail", containsString("not valid JSON at line 1"));
    problem(json("{\"name\":\"a\",\"size\":\"many\"}").post("/things"), 400)
        .body("detail", containsString("'size'"))
        .body("detail", not(containsString("sketchstream")));
    problem(json("[]").post("/things"), 400);
    problem(json("{\"name\":\"a\",\"size\":tru}").post("/things"), 400)
        .body("detail", equalTo("the body is not valid JSON at line 1, column 20"));
  }

  @Test
  void turnsUnknownPathsMethodsAndTypesIntoProblems() {
    problem(given().get("/nothing/here"), 404)
        .body("detail", equalTo("there is nothing at /nothing/here"));
    problem(given().get("/things/nothing"), 404)
        .body("detail", equalTo("there is nothing at /things/nothing"));
    problem(given().delete("/things"), 405)
        .body("detail", equalTo("this path does not support the method DELETE"));
    problem(given().contentType("text/plain").body("x").post("/things"), 415)
        .body("detail", startsWith("this path does not accept a body of Content-Type 'text/plain"));
    problem(given().accept("text/csv").get("/things/json"), 406)
        .body("detail", equalTo("no answer has a type that Accept allows: 'text/csv'"));
    problem(given().get("/q/nothing"), 404)
        .body("detail", equalTo("there is nothing at /q/nothing"));
  }

  @Test
  void turnsAnOversizedBodyIntoAProblem() {
    problem(json(new String(new char[BODY_SIZE_MAX + 1])).post("/things"), 413)
        .body("title", equalTo("Content Too Large"));
  }

  @Test
  void givesOnlyAnIdForAnUnexpectedError() {
    for (String path : List.of("/things/bug", "/things/error")) {
      problem(given().get(path), 500)
          .body("detail", containsString("under id"))
          .body("detail", not(containsString("somebody")));
    }
  }

  @Test
  void givesEveryProblemTheSameShape() {
    Map<String, Object> problem = given().get("/nothing/here").jsonPath().getMap("$");
    assertEquals(List.of("type", "title", "status", "detail"), List.copyOf(problem.keySet()));
  }

  private static RequestSpecification json(String body) {
    return given().contentType(ContentType.JSON).body(body);
  }

  private static ValidatableResponse problem(Response response, int status) {
    return response
        .then()
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("status", equalTo(status));
  }
}
