package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The gallery as a list.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class GalleryHttpTest extends SearchFixture {
  @Test
  void listsAllOfBothShardsPageByPage() {
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonPath page =
          given()
              .queryParam("limit", "7")
              .queryParam("cursor", next)
              .queryParam("filter", "tag:fifth or tag:other")
              .queryParam("complete", "true")
              .get("/v1/images")
              .then()
              .statusCode(200)
              .body("total", equalTo(50))
              .body("generation", equalTo("gtest"))
              .body("shards.answered", equalTo(2))
              .extract()
              .jsonPath();
      seen.addAll(page.getList("images.imageId", String.class));
      next = page.getString("next");
    } while (!next.isEmpty());
    assertEquals(50, seen.size(), seen::toString);
    assertEquals(50, seen.stream().distinct().count(), seen::toString);
    // All came in at the same moment.
    assertEquals(seen.stream().sorted().toList(), seen);
  }

  @Test
  void honoursFilterWordsAndFacets() {
    given()
        .queryParam("filter", "tag:fifth")
        .queryParam("facets", "5")
        .get("/v1/images?limit=3")
        .then()
        .statusCode(200)
        .body("images.size()", equalTo(3))
        .body("total", equalTo(10))
        .body("images.tags.flatten()", not(hasItem("other")))
        .body("images[0].title", equalTo("image i0"))
        .body("images[0].uri", equalTo("file:i0"))
        .body("images[0].ingestedAt", equalTo("1970-01-01T00:00:00Z"))
        .body("facets.fifth", equalTo(10));
    given()
        .queryParam("text", "image i7")
        .get("/v1/images")
        .then()
        .statusCode(200)
        .body("images.imageId", equalTo(List.of("i7")))
        .body("next", equalTo(""));
  }

  @Test
  void seesTheWriteOfItsTokenAndNoRemovedImage() throws Exception {
    String token = put("listed", 1, sketchVector("listed"), "listed");
    given()
        .queryParam("after", token)
        .get("/v1/images?filter=tag:listed")
        .then()
        .statusCode(200)
        .body("images.imageId", equalTo(List.of("listed")));
    String removal = put("listed", 1, (byte[]) null);
    given()
        .queryParam("after", removal)
        .get("/v1/images?filter=tag:listed")
        .then()
        .statusCode(200)
        .body("total", equalTo(0));
  }

  @Test
  void givesVectorsOnRequest() throws Exception {
    float[] vector = sketchVector("measured");
    String token = put("measured", 0, vector, "measured");
    JsonPath page =
        given()
            .queryParam("after", token)
            .get("/v1/images?filter=tag:measured&vectors=true")
            .then()
            .statusCode(200)
            .body("generation", equalTo("gtest"))
            .body("images.imageId", equalTo(List.of("measured")))
            .extract()
            .jsonPath();
    List<Float> found = page.getList("images[0].vector", Float.class);
    assertEquals(vector.length, found.size(), "without its hubness");
    for (int i = 0; i < vector.length; i++) {
      assertEquals(vector[i], found.get(i), 1e-6f);
    }
    assertFalse(given().get("/v1/images?filter=tag:measured").asString().contains("\"vector\""));
    remove(0, List.of("measured"));
  }

  @Test
  void collapsesAndFindsNearDuplicates() throws Exception {
    float[] vector = sketchVector("twins");
    var _ = put("twin-a", 0, vector, "twins");
    String token = put("twin-b", 1, vector, "twins");
    body("twins")
        .queryParam("after", token)
        .queryParam("expand", "off")
        .post("/v1/search?k=3&collapse=true&filter=tag:twins")
        .then()
        .statusCode(200)
        .body("hits.imageId", equalTo(List.of("twin-a")))
        .body("hits[0].duplicates", equalTo(1));
    given()
        .get("/v1/images/twin-a/duplicates?k=100")
        .then()
        .statusCode(200)
        .body("hits.imageId", equalTo(List.of("twin-b")))
        .body("next", equalTo(""));
    given()
        .get("/v1/images/twin-a/duplicates?min=often")
        .then()
        .statusCode(400)
        .body("detail", containsString("min is 'often'"));
    remove(0, List.of("twin-a"));
    remove(1, List.of("twin-b"));
  }

  @Test
  void refusesInvalidParametersByName() {
    refuses("limit", "0", "limit is 0, not 1 to 1000");
    refuses("limit", "1001", "limit is 1001");
    refuses("limit", "many", "limit is 'many'");
    refuses("cursor", "nonsense", "cursor is 'nonsense', not the next of a page");
    refuses("filter", "tag:", "character 5");
    refuses("facets", "101", "facets is 101");
    refuses("after", "now", "'now' is not a position token");
    refuses("vectors", "maybe", "vectors is 'maybe', not true or false");
    refuses("timeout", "long", "timeout is 'long'");
    assertTrue(given().get("/q/openapi").asString().contains("List the gallery, newest first"));
  }

  private static void refuses(String name, String value, String reason) {
    given()
        .queryParam(name, value)
        .get("/v1/images")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString(reason));
  }
}
