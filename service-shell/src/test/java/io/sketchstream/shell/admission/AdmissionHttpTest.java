package io.sketchstream.shell.admission;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.testing.Await;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the admission of bodies holds off, over real connections.
@QuarkusTest
@TestProfile(AdmissionHttpTest.Narrow.class)
final class AdmissionHttpTest {
  @TestHTTPResource URI address;

  private final List<Socket> sockets = new ArrayList<>();

  /// Few places and a short grace.
  public static final class Narrow implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "admission.others-max", "3",
          "admission.uploads-max", "3",
          "admission.address-share", "1",
          "admission.grace", "6s",
          "access.body-bytes-max", "10K",
          "admission.form-bytes-max", "8K",
          "quarkus.http.limits.max-form-attribute-size", "20K",
          "test.bytes-max", "100K");
    }
  }

  @Path("/bodies")
  @RunOnVirtualThread
  static class Bodies {
    @POST
    public String take(InputStream body) throws IOException {
      return "read " + body.readAllBytes().length;
    }

    @POST
    @Path("/large")
    @TakesBody(kind = BodyKind.UPLOAD, limit = "test.bytes-max")
    public String takeLarge(byte[] body) {
      return "read " + body.length;
    }

    @POST
    @Path("/model")
    @TakesBody(kind = BodyKind.MODEL, limit = "test.bytes-max", streamed = true)
    public String takeModel(InputStream body) throws IOException {
      return take(body);
    }
  }

  @Path("/forms")
  @RunOnVirtualThread
  static class Forms {
    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @TakesBody(kind = BodyKind.UPLOAD, limit = "test.bytes-max", streamed = true)
    public String take(@RestForm(FileUpload.ALL) List<FileUpload> files) {
      return "files " + files.size();
    }
  }

  @AfterEach
  void hangUp() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void everyMethodHasItsLimitAnnouncedOrNot() throws Exception {
    post("/bodies", 10 << 10).then().statusCode(200).body(equalTo("read 10240"));
    post("/bodies", (10 << 10) + 1)
        .then()
        .statusCode(413)
        .contentType(Problem.MEDIA_TYPE)
        .body("detail", containsString("access.body-bytes-max"))
        .body("reason", equalTo("too-large"));
    post("/bodies/large", 100 << 10).then().statusCode(200);
    post("/bodies/large", (100 << 10) + 1)
        .then()
        .statusCode(413)
        .body("detail", containsString("test.bytes-max"));
    for (String path : List.of("/bodies", "/bodies/large")) {
      String answer = chunked(path, 150 << 10);
      assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
      assertTrue(answer.contains("bytes-max"), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bodies", "/bodies/large", "/bodies/model"})
  void refusesACompressedBody(String path) {
    given()
        .contentType("application/octet-stream")
        .body(new byte[1000])
        .header("Content-Encoding", "gzip")
        .post(path)
        .then()
        .statusCode(415)
        .contentType(Problem.MEDIA_TYPE)
        .header("Accept-Encoding", "identity")
        .body("detail", containsString("Content-Encoding is 'gzip'"));
    given()
        .contentType("application/octet-stream")
        .body(new byte[1000])
        .header("Content-Encoding", "identity")
        .post(path)
        .then()
        .statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bodies", "/bodies/large", "/bodies/model"})
  void whoOnlyAnnouncesABodyHoldsNoPlace(String path) throws Exception {
    for (int i = 0; i < 12; i++) {
      begin(path, "");
    }
    post(path, 1000).then().statusCode(200);
  }

  /// Files wait on disk; all else is held in memory until the form is complete.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a file of any name       | name='x'; filename='a.png'    | 0     | 50000 | 200
          a field                  | name='x'                      | 0     | 5000  | 200
          a large field            | name='x'                      | 0     | 9000  | 413
          a file with large header | name='x'; filename='a.png'    | 9000  | 1     | 413
          a part of another kind   | name='y'; name='filename=x'   | 0     | 9000  | 413
          """)
  void boundsWhatAFormTakesInMemory(
      String what, String disposition, int headerSize, int size, int status) throws Exception {
    String form =
        "--XX\r\nContent-Disposition: form-data; "
            + disposition.replace('\'', '"')
            + "\r\nX-Large: "
            + "h".repeat(headerSize)
            + "\r\n\r\n"
            + "d".repeat(size)
            + "\r\n--XX--\r\n";

    Response answer =
        given()
            .contentType("multipart/form-data; boundary=XX")
            .body(form.getBytes(US_ASCII))
            .post("/forms");

    assertEquals(status, answer.statusCode(), () -> what + ": " + answer.asString());
    if (status == 413) {
      answer
          .then()
          .contentType(Problem.MEDIA_TYPE)
          .body("detail", containsString("admission.form"));
    }
  }

  /// Many of either are as bad as one that is large.
  @ParameterizedTest
  @ValueSource(strings = {"", "; filename=\"a.png\""})
  void boundsAllPartsOfAFormTogether(String fileName) {
    String part = "Content-Disposition: form-data; name=\"x\"" + fileName + "\r\n\r\nddddd";
    String form = ("--XX\r\n" + part + "\r\n").repeat(900) + "--XX--\r\n";

    given()
        .contentType("multipart/form-data; boundary=XX")
        .body(form.getBytes(US_ASCII))
        .post("/forms")
        .then()
        .statusCode(413)
        .body("reason", equalTo("too-large"));
  }

  /// A path that does not look like one of ours is no way around.
  @ParameterizedTest
  @ValueSource(strings = {"/bodies;a=b", "/bodies/large;c", "/bodies/model;d=e"})
  void refusesAPathWithASemicolon(String path) {
    given()
        .urlEncodingEnabled(false)
        .contentType("application/octet-stream")
        .body(new byte[1])
        .post(path)
        .then()
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE)
        .body("detail", containsString("semicolon"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bodies", "/bodies/large", "/bodies/model"})
  void refusesWhatIsTooMuchOfAKindAndEndsWhatIsTooSlow(String path) throws Exception {
    Socket slow = begin(path, "x");
    for (int i = 1; i < 3; i++) {
      begin(path, "x");
    }
    Await.until("turned away", () -> post(path, 1).statusCode() == 429);
    post(path, 1)
        .then()
        .statusCode(429)
        .header("Retry-After", "1")
        .contentType(Problem.MEDIA_TYPE)
        .body("reason", equalTo("overloaded"));
    String other = path.equals("/bodies") ? "/bodies/large" : "/bodies";
    assertEquals(200, post(other, 1).statusCode(), "another kind");
    given().post("/bodies").then().statusCode(200); // No body, no place.

    Await.until("let in again, though nobody hung up", () -> post(path, 1).statusCode() == 200);
    String answer = new String(slow.getInputStream().readAllBytes(), UTF_8);
    if (!path.equals("/bodies/model")) { // There the first is in, and any of the others is refused.
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
      assertTrue(answer.contains("too-slow"), answer);
    }
  }

  private static Response post(String path, int size) {
    return given().contentType("application/octet-stream").body(new byte[size]).post(path);
  }

  private Socket begin(String path, String first) throws IOException {
    return send(path, "Content-Length: 1000\r\n\r\n" + first);
  }

  private String chunked(String path, int size) throws IOException {
    Socket socket = send(path, "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    for (int sent = 0; sent < size; sent += 1000) {
      socket.getOutputStream().write(("3e8\r\n" + "x".repeat(1000) + "\r\n").getBytes(US_ASCII));
    }
    socket.getOutputStream().write("0\r\n\r\n".getBytes(US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  private Socket send(String path, String rest) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    sockets.add(socket);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n";
    socket.getOutputStream().write((head + rest).getBytes(US_ASCII));
    return socket;
  }
}
