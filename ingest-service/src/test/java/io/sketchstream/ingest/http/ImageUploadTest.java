package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.events.Sha256;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Uploads of many files, and those that are large or slow.
@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class ImageUploadTest extends ImageHttpFixture {
  @TestHTTPResource URI address;

  @Test
  void refusesALargeBodyOfUnknownLength() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "PUT /v1/images/chunked HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
              + "Connection: close\r\n\r\n");
      byte[] chunk = new byte[10_000];
      for (int i = 0; i < 25; i++) {
        send(socket, Integer.toHexString(chunk.length) + "\r\n");
        socket.getOutputStream().write(chunk);
        send(socket, "\r\n");
      }
      send(socket, "0\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
      assertTrue(answer.contains("ingest.max-bytes"), answer);
    }
  }

  @Test
  void acceptsTheValidFilesOfAMixedUpload() {
    byte[] cat = TestImages.jpeg(21);
    String catId = Sha256.hex(cat);
    RequestSpecification upload =
        given()
            .multiPart("image", "cat.jpg", cat, "image/jpeg")
            .multiPart("image", "bomb.png", TestImages.bomb(), "image/png")
            .multiPart("image", "empty.png", new byte[0], "image/png")
            .multiPart("id:dog-1", "dog.png", TestImages.png(22), "image/png")
            .multiPart("id:not valid", "bird.png", TestImages.png(23), "image/png")
            .multiPart("image", "large.png", new byte[250_000], "image/png")
            .multiPart("image", "again.jpg", cat, "image/jpeg")
            .multiPart("attributes", "{\"dog.png\": {\"title\": \"A dog\", \"tags\": [\"dog\"]}}");

    upload
        .post("/v1/images?tags=pets")
        .then()
        .statusCode(202)
        .body("rejected", equalTo(4), "failed", equalTo(0))
        .body(
            "results.file",
            equalTo(
                List.of(
                    "cat.jpg",
                    "bomb.png",
                    "empty.png",
                    "large.png",
                    "again.jpg",
                    "dog.png",
                    "bird.png")))
        .body("results[0].imageId", equalTo(catId), "results[0].problem", nullValue())
        .body("results[1].problem.detail", containsString("bomb.png"))
        .body("results[2].problem.status", equalTo(422))
        .body("results[5].imageId", equalTo("dog-1"), "results[5].status", equalTo("accepted"))
        .body("results[6].problem.status", equalTo(400))
        .body("results[3].problem.status", equalTo(413))
        .body("results[3].problem.detail", containsString("ingest.max-bytes"));
    given().get("/v1/images/" + catId).then().statusCode(200);

    given()
        .multiPart("image", "cat.jpg", cat, "image/jpeg")
        .post("/v1/images?tags=pets")
        .then()
        .statusCode(202)
        .body("unchanged", equalTo(1));
  }

  @Test
  void refusesAPartThatIsNeitherAFileNorText() {
    given()
        .contentType("multipart/form-data; boundary=XX")
        .body((part("image", "image/png", "abc") + "--XX--\r\n").getBytes(StandardCharsets.UTF_8))
        .post("/v1/images")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body(
            "detail",
            equalTo("the part 'image' has no file name, and its Content-Type is image/png"));
  }

  /// As `curl -F 'attributes={};type=application/json'` sends it.
  @Test
  void takesAttributesOfATypeWithoutAFileName() {
    String image = new String(TestImages.png(91), StandardCharsets.ISO_8859_1);
    byte[] body =
        (part("attributes", "application/json", "{\"a.png\": {\"title\": \"Typed\"}}")
                + "--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n"
                + image
                + "\r\n--XX--\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    String id =
        given()
            .contentType("multipart/form-data; boundary=XX")
            .body(body)
            .post("/v1/images")
            .then()
            .statusCode(202)
            .extract()
            .path("results[0].imageId");
    given()
        .get("/v1/images/" + id + "/metadata")
        .then()
        .statusCode(200)
        .body("title", equalTo("Typed"));
  }

  private static String part(String name, String type, String content) {
    return "--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\nContent-Type: %s\r\n\r\n%s\r\n"
        .formatted(name, type, content);
  }

  @Test
  void refusesAnUploadWithoutAnyValidFile() {
    given()
        .multiPart("image", "a.png", new byte[0], "image/png")
        .multiPart("image", "b.png", TestImages.truncated(), "image/png")
        .post("/v1/images")
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("results.file", hasItems("a.png", "b.png"))
        .body("detail", equalTo("none of the 2 files was accepted"));
    given().multiPart("other", "no file").post("/v1/images").then().statusCode(400);
    var many = given();
    for (int i = 0; i < 21; i++) {
      many.multiPart("image", i + ".png", TestImages.png(i), "image/png");
    }
    many.post("/v1/images")
        .then()
        .statusCode(413)
        .body("detail", containsString("ingest.batch-files-max"));
    given()
        .multiPart("image", "huge.png", new byte[2_500_000], "image/png")
        .post("/v1/images")
        .then()
        .statusCode(413)
        .body("detail", containsString("ingest.batch-bytes-max"));
  }

  /// Its file has a name.
  @Test
  void takesAPartWithoutAName() {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    form.writeBytes(
        "--XX\r\nContent-Disposition: form-data; filename=\"a.png\"\r\n\r\n".getBytes(UTF_8));
    form.writeBytes(TestImages.png(31));
    form.writeBytes("\r\n--XX--\r\n".getBytes(UTF_8));

    given()
        .contentType("multipart/form-data; boundary=XX")
        .body(form.toByteArray())
        .post("/v1/images")
        .then()
        .statusCode(202)
        .body("results[0].file", equalTo("a.png"));
  }

  /// However the path is written: what is admitted is the method.
  @Test
  void endsIdleUploadsAndAsksOthersToRetryMeanwhile() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      // More than six, because a probe takes a place from one of them.
      Await.until(
          "turned away",
          () -> {
            if (putStatus() == 429) {
              return true;
            }
            slow.add(slowUpload());
            return false;
          });
      put("patient", TestImages.jpeg(31))
          .statusCode(429)
          .header("Retry-After", "1")
          .contentType("application/problem+json")
          .body("reason", equalTo("overloaded"));
      given().get("/v1/images/nobody").then().statusCode(404);
      Await.until("let in again, though nobody hung up", () -> putStatus() == 202);
      String answer =
          new String(slow.getFirst().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
      assertTrue(answer.contains("too-slow"), answer);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private int putStatus() {
    return given()
        .body(TestImages.png(32))
        .contentType("image/png")
        .put("/v1/images/probe")
        .statusCode();
  }

  private Socket slowUpload() throws IOException {
    Socket socket = connect();
    send(
        socket, "PUT /v1/images/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx");
    return socket;
  }

  private Socket connect() throws IOException {
    return new Socket(address.getHost(), address.getPort());
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
