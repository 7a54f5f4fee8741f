package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.query.index.Vectors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Searches over HTTP.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class SearchHttpTest extends SearchFixture {
  @Test
  void findsTheImageThatLooksLikeTheSketch() {
    body("sketch 7")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .post("/v1/search?k=5")
        .then()
        .statusCode(200)
        .body("hits.size()", equalTo(5))
        .body("hits[0].imageId", equalTo("i7"))
        .body("hits[0].title", equalTo("image i7"))
        .body("hits[0].uri", equalTo("file:i7"))
        .body("hits[0].tags", hasItem("other"))
        .body("hits[0].score.toDouble()", closeTo(1, 1e-5))
        .body("generation", equalTo("gtest"))
        .body("shards.total", equalTo(2))
        .body("shards.answered", equalTo(2))
        .body("timings", hasKey("encode"))
        .body("timings", hasKey("embeddings-hop"))
        .body("timings", hasKey("shards"))
        .body("timings", hasKey("results-hop"));
  }

  /// So few images that the graph is walked whole: nothing is missed.
  @Test
  void measuresTheRecallOfTheGraph() {
    assertEquals(1, recall, 1e-6);
  }

  @Test
  void acceptsStrokes() {
    given()
        .contentType("application/json")
        .body("[[[1,2,3],[4,5,6]]]")
        .post("/v1/search?k=1000")
        .then()
        .statusCode(200)
        .body("hits.size()", greaterThanOrEqualTo(50));
  }

  @Test
  void honoursFilterAndText() {
    body("sketch 7")
        .queryParam("filter", "tag:fifth")
        .post("/v1/search?k=1000")
        .then()
        .statusCode(200)
        .body("hits.size()", equalTo(10))
        .body("hits.tags.flatten()", not(hasItem("other")));
    // Found by the drawing and by its words, so it is before all others.
    body("sketch 7")
        .post("/v1/search?k=3&text=i7")
        .then()
        .statusCode(200)
        .body("hits[0].imageId", equalTo("i7"));
  }

  @Test
  void seesTheWriteOfItsTokenAndNoRemovedImage() throws Exception {
    String token = put("fresh", 1, sketchVector("fresh sketch"), "fresh");
    JsonPath found =
        body("fresh sketch")
            .post("/v1/search?k=1&after=" + token)
            .then()
            .statusCode(200)
            .extract()
            .jsonPath();
    assertEquals("fresh", found.getString("hits[0].imageId"));
    String removal = put("fresh", 1, (byte[]) null);
    body("fresh sketch")
        .post("/v1/search?k=1000&after=" + token + "," + removal)
        .then()
        .statusCode(200)
        .body("hits.imageId", not(hasItem("fresh")));
  }

  @Test
  void reportsAWriteThatIsNotVisibleInTime() {
    body("sketch 1")
        .post("/v1/search?after=0:999999&timeout=200ms")
        .then()
        .statusCode(oneOf(503, 408))
        .contentType("application/problem+json");
    body("sketch 1")
        .post("/v1/search?after=7:1")
        .then()
        .statusCode(400)
        .body("detail", containsString("there is no partition 7"));
  }

  @Test
  void findsSimilarImagesWithoutTheImageItself() {
    given()
        .get("/v1/images/i3/similar?k=4")
        .then()
        .statusCode(200)
        .body("hits.size()", equalTo(4))
        .body("hits.imageId", not(hasItem("i3")));
    given()
        .get("/v1/images/none/similar")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("'none'"));
  }

  @Test
  void refusesInvalidParametersByName() {
    refuses(body("x").queryParam("k", "0"), 400, "k is 0");
    refuses(body("x").queryParam("k", "many"), 400, "k is 'many'");
    refuses(body("x").queryParam("k", "1001"), 400, "1 to 1000");
    refuses(body("x").queryParam("filter", "tag:"), 400, "character 5");
    refuses(body("x").queryParam("after", "now"), 400, "'now' is not a position token");
    refuses(body("x").queryParam("timeout", "long"), 400, "timeout is 'long'");
    refuses(body("BAD"), 400, "the sketch is no image");
    refuses(given().contentType("image/png"), 400, "empty");
    refuses(given().contentType("application/json").body("[]"), 400, "nothing is drawn");
    refuses(given().contentType("application/json").body("[[[1],[2]"), 400, "strokes");
    refuses(body("x".repeat(70_000)), 413, "larger than the limit of 65536 bytes");
    refuses(body("SLOW").queryParam("timeout", "150ms"), 408, "no answer came");
  }

  @Test
  void pagesThroughTheWholeGalleryWithoutGapsOrRepeats() throws Exception {
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonPath page =
          body("sketch 9")
              .queryParam("k", "7")
              .queryParam("search_after", next)
              .queryParam("filter", "not tag:newcomer")
              .queryParam("complete", "true")
              .post("/v1/search")
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      seen.addAll(page.getList("hits.imageId", String.class));
      next = page.getString("next");
      // Images that come in meanwhile shift nothing.
      put("newcomer" + seen.size(), 0, sketchVector("sketch 9"), "newcomer");
    } while (!next.isEmpty());
    assertEquals(seen.size(), seen.stream().distinct().count(), seen::toString);
    for (int i = 0; i < 50; i++) {
      assertTrue(seen.contains("i" + i), "i" + i);
    }
    refuses(body("x").queryParam("search_after", "nonsense"), 400, "not the next of a page");
  }

  @Test
  void countsTheTagsAroundTheHits() {
    JsonPath answer =
        body("sketch 3")
            .queryParam("filter", "tag:fifth or tag:other")
            .post("/v1/search?k=2&facets=5")
            .then()
            .statusCode(200)
            .body("hits.size()", equalTo(2))
            .extract()
            .jsonPath();
    assertEquals(10, answer.getInt("facets.fifth"));
    assertEquals(40, answer.getInt("facets.other"));
    refuses(body("x").queryParam("facets", "101"), 400, "facets is 101");
    refuses(body("x").queryParam("complete", "maybe"), 400, "complete is 'maybe'");
  }

  /// A Mac's file names are decomposed, a keyboard's letters are not.
  @Test
  void findsWordsInEveryUnicodeForm() throws Exception {
    ImageEmbedded image =
        Vectors.event("nfd", sketchVector("nfd"), "nfd").toBuilder()
            .setAttributes(
                ImageAttributes.newBuilder().addTags("nfd").setTitle("Cafe\u0301 Mu\u0308ller"))
            .build();
    String token = put("nfd", 1, image.toByteArray());
    for (String text : List.of("m\u00fcller", "mu\u0308ller", "CAF\u00c9")) {
      body("something else")
          .queryParam("text", text)
          .queryParam("after", token)
          .post("/v1/search?k=3")
          .then()
          .statusCode(200)
          .body("hits.imageId", hasItem("nfd"));
    }
    remove(1, List.of("nfd"));
  }
}
