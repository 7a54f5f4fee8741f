package io.sketchstream.ingest.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.sketchstream.ingest.KafkaResource;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
class OriginalResourceTest extends ImageHttpFixture {
  @Test
  void servesTheFileOfAWatchedFolder() throws Exception {
    Path watched = Path.of(ConfigProvider.getConfig().getValue("ingest.watch", String.class));
    Path file = watched.resolve("ö cat*.png");
    Path part = Files.write(watched.resolveSibling("part"), TestImages.png(71));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    String id = ImageIds.ofFile(ImageIds.uriOf(file));
    Await.until("it is in", () -> given().get("/v1/images/" + id).statusCode() == 200);

    given()
        .get("/v1/images/" + id + "/metadata")
        .then()
        .body("hasOriginal", equalTo(true))
        .body("uri", equalTo(ImageIds.uriOf(file)));
    Response original = given().get("/v1/images/" + id + "/original");
    assertEquals(200, original.statusCode());
    assertEquals("image/png", original.contentType());
    assertEquals("nosniff", original.header("X-Content-Type-Options"));
    assertEquals(
        "inline; filename*=UTF-8''%C3%B6%20cat%2A.png", original.header("Content-Disposition"));
    assertArrayEquals(TestImages.png(71), original.asByteArray());
    assertEquals(Integer.toString(TestImages.png(71).length), original.header("Content-Length"));
    assertEquals(200, given().head("/v1/images/" + id + "/original").statusCode());
    given()
        .header("X-Forwarded-For", "10.1.2.3")
        .get("/v1/images/" + id + "/metadata")
        .then()
        .body("uri", equalTo(""));
  }

  @Test
  void othersHaveNone() {
    put("uploaded", TestImages.jpeg(72)).statusCode(202);
    given().get("/v1/images/uploaded/metadata").then().body("hasOriginal", equalTo(false));
    given()
        .get("/v1/images/uploaded/original")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("reason", equalTo("no-original"));
    given()
        .get("/v1/images/absent/original")
        .then()
        .statusCode(404)
        .body("reason", equalTo("no-such-image"));
  }
}
