package io.sketchstream.query.http;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.sketchstream.events.Sha256;
import io.sketchstream.query.index.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A key that is limited to a gallery finds no image of another one, by whichever call; and images
/// are removed by a filter only after their number was confirmed.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(KeyGalleriesTest.WithKeys.class)
class KeyGalleriesTest extends SearchFixture {
  private static final String YARD = "key-of-the-yard";
  private static final String ALL = "key-of-all";

  public static final class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        Path keys = Files.createTempFile("keys", "");
        keys.toFile().deleteOnExit();
        Files.writeString(
            keys,
            "yard read,ingest,label galleries=yard %s%nboss read,ingest,label,admin %s%n"
                .formatted(Sha256.hex(YARD), Sha256.hex(ALL)));
        return Map.of("access.keys-file", keys.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @BeforeAll
  static void asAll() {
    RestAssured.filters((request, response, context) -> {
      if (!request.getHeaders().hasHeaderWithName("Authorization")) {
        request.header("Authorization", "Bearer " + ALL);
      }
      return context.next(request, response);
    });
  }

  @AfterAll
  static void asNobody() {
    RestAssured.replaceFiltersWith(List.of());
  }

  @Test
  void findsOnlyTheImagesOfItsGallery() throws Exception {
    String position = in("y1", "yard", "sketch 1001");
    position += "," + in("y2", "Yard", "sketch 1002");
    position += "," + in("p1", "paintings", "sketch 1003");
    String after = "&after=" + position;
    String found = "hits.collect { it.imageId }.sort()";
    List<String> yard = List.of("y1", "y2");

    assertEquals(yard, sketch(YARD).post("/v1/search?k=20" + after).path(found));
    assertEquals(List.of("y1"), sketch(YARD).post("/v1/search?k=20&filter=id:y1").path(found));
    assertEquals(
        yard,
        sketch(YARD)
            .queryParam("filter", "id:p1 or tag:fifth or id:y1 or id:y2")
            .post("/v1/search?k=20")
            .path(found));
    for (String escape : List.of("id:p1) or (id:p1", "id:p1\" or id:\"p1", "(id:p1")) {
      assertEquals(
          400, sketch(YARD).queryParam("filter", escape).post("/v1/search").statusCode(), escape);
    }
    assertEquals(
        yard, as(YARD).get("/v1/images?limit=100").path("images.collect { it.imageId }.sort()"));
    assertEquals(2, (int) as(YARD).get("/v1/images?limit=100&facets=9").path("total"));
    String batch = "{\"searches\":[{\"sketch\":\"c2tldGNoIDc=\"}]}";
    assertEquals(
        yard,
        as(YARD)
            .contentType("application/json")
            .body(batch)
            .post("/v1/search/batch?k=20")
            .path("answers[0].answer." + found));
    for (String call : List.of("similar", "duplicates")) {
      assertEquals(404, as(YARD).get("/v1/images/p1/" + call).statusCode(), call);
      Response own = as(YARD).get("/v1/images/y1/" + call + "?k=20");
      assertEquals(200, own.statusCode(), own.asString());
      assertFalse(own.asString().contains("\"p1\""), own.asString());
    }
    Object plain = sketch(YARD).post("/v1/search?k=2&expand=off").path("hits.collect { it.score }");
    Object liked =
        sketch(YARD).post("/v1/search?k=2&expand=off&like=p1").path("hits.collect { it.score }");
    assertEquals(plain, liked, "an image that it can't reach changes nothing");
    assertEquals(200, as(YARD).get("/v1/status").statusCode());
    for (String closed : List.of("/v1/standing-queries", "/v1/matches", "/internal/v1/shards")) {
      as(YARD).get(closed).then().statusCode(403).body("detail", containsString("limited"));
    }
    remove(0, List.of("y1", "y2", "p1"));
  }

  /// Standing queries are in no gallery: such a key neither sees nor changes one, its own included.
  @Test
  void reachesNoStandingQuery() {
    as(ALL).post("/v1/standing-queries?id=theirs&filter=gallery:paintings").then().statusCode(201);
    for (String gallery : List.of("yard", "paintings")) {
      for (String id : List.of("mine", "theirs")) {
        String query = "?id=%s&filter=gallery:%s".formatted(id, gallery);
        limited(as(YARD).post("/v1/standing-queries" + query));
      }
    }
    limited(as(YARD).post("/v1/standing-queries?like=p1"));
    for (String path : List.of("", "/theirs", "/theirs/matches", "/none", "/none/matches")) {
      limited(as(YARD).get("/v1/standing-queries" + path));
    }
    for (String path : List.of("/v1/matches", "/v1/standing-queries/theirs/matches")) {
      limited(as(YARD).accept("text/event-stream").get(path));
    }
    limited(as(YARD).delete("/v1/standing-queries/theirs"));
    limited(as(YARD).delete("/v1/standing-queries/none"));
    as(ALL)
        .get("/v1/standing-queries")
        .then()
        .statusCode(200)
        .body("standingQueries.id", equalTo(List.of("theirs")));
    as(ALL).delete("/v1/standing-queries/theirs").then().statusCode(204);
  }

  private static void limited(Response response) {
    response.then().statusCode(403).body("detail", containsString("limited"));
  }

  @Test
  void removesByFilterOnlyWhatIsConfirmed() throws Exception {
    String after = in("r1", "yard", "sketch 2001") + "," + in("r2", "", "sketch 2002");
    sketch(ALL).post("/v1/search?k=1&after=" + after).then().statusCode(200);
    as(ALL).delete("/v1/images").then().statusCode(400).body("detail", containsString("filter"));
    as(ALL).delete("/v1/images?filter=tag:").then().statusCode(400);
    as(ALL)
        .delete("/v1/images?filter=tag:gone")
        .then()
        .statusCode(200)
        .body("matching", equalTo(2))
        .body("removed", equalTo(0));
    as(YARD)
        .delete("/v1/images?filter=tag:gone")
        .then()
        .statusCode(200)
        .body("matching", equalTo(1));
    as(ALL)
        .delete("/v1/images?filter=tag:gone&confirm=3")
        .then()
        .statusCode(409)
        .body("matching", equalTo(2));
    // There is no ingest service here.
    Response failed = as(ALL).delete("/v1/images?filter=tag:gone&confirm=2");
    assertEquals(503, failed.statusCode(), failed.asString());
    assertEquals(0, (int) failed.path("removed"));
    assertTrue(
        failed.path("detail").toString().startsWith("0 of 2 images were removed"),
        failed.asString());
    remove(0, List.of("r1", "r2"));
  }

  private static String in(String id, String gallery, String sketch) throws Exception {
    var event = Vectors.event(id, sketchVector(sketch), "gone").toBuilder();
    if (!gallery.isEmpty()) {
      event.getAttributesBuilder().putExtra("gallery", gallery);
    }
    return put(id, 0, event.build().toByteArray());
  }
}
