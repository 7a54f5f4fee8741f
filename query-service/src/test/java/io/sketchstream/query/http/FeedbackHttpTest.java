package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Feedback on an answer, photos as queries, and answers that say how far their best stands out.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class FeedbackHttpTest extends SearchFixture {
  @Test
  void ranksTheLikedHigherAndTheUnlikedLower() {
    List<String> before = ids(body("sketch 7").post("/v1/search?k=50&expand=off"));
    String last = before.getLast();
    String second = before.get(1);

    List<String> liked = ids(body("sketch 7").post("/v1/search?k=50&expand=off&like=" + last));
    assertTrue(liked.indexOf(last) < 5, () -> last + " in " + liked);
    List<String> unliked =
        ids(body("sketch 7").post("/v1/search?k=50&expand=off&unlike=" + second));
    assertTrue(unliked.indexOf(second) > 1, () -> second + " in " + unliked);
    // What the gallery does not hold counts for nothing.
    assertEquals(before, ids(body("sketch 7").post("/v1/search?k=50&expand=off&like=none")));
  }

  @Test
  void keepsTheRankingOnLaterPages() {
    RequestSpecification search = body("sketch 3").queryParam("like", "i9,i11");
    List<String> whole = ids(search.queryParam("unlike", "i4").post("/v1/search?k=30"));
    List<String> pages = new ArrayList<>();
    JsonPath page =
        body("sketch 3").post("/v1/search?k=10&like=i9,i11&unlike=i4").then().extract().jsonPath();
    pages.addAll(page.getList("hits.imageId", String.class));
    while (pages.size() < 30) {
      page =
          body("sketch 3")
              .queryParam("search_after", page.getString("next"))
              .post("/v1/search?k=10")
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      pages.addAll(page.getList("hits.imageId", String.class));
    }
    assertEquals(whole, pages);
  }

  @Test
  void usesAnImageThatWasJustIngested() throws Exception {
    String token = put("just-in", 0, sketchVector("something else"), "just-in");
    body("sketch 7")
        .queryParam("after", token)
        .post("/v1/search?k=2&expand=off&like=just-in")
        .then()
        .statusCode(200)
        .body("hits.imageId[0]", equalTo("just-in"));
    remove(0, List.of("just-in"));
  }

  @Test
  void appliesToSimilarImagesAsWell() {
    List<String> before = ids(given().get("/v1/images/i7/similar?k=49"));
    String last = before.getLast();
    List<String> after = ids(given().get("/v1/images/i7/similar?k=49&like=" + last));
    assertTrue(after.indexOf(last) < 5, () -> last + " in " + after);
    assertTrue(!after.contains("i7"), after::toString);
  }

  @Test
  void answersAPhotoByCosine() {
    body("sketch 7")
        .post("/v1/search?k=3&photo=true")
        .then()
        .statusCode(200)
        .body("hits[0].imageId", equalTo("i7"))
        .body("hits[0].score.toDouble()", closeTo(1, 1e-5))
        .body("distinction", nullValue());
  }

  @Test
  void reportsTheDistinctionOfTheBestHit() throws Exception {
    body("sketch 7").post("/v1/search").then().body("distinction", nullValue());
    List<String> more = IntStream.range(0, 60).mapToObj(i -> "more" + i).toList();
    String token = "";
    for (String id : more) {
      token = put(id, 1, sketchVector(id), "more");
    }
    body("sketch 7")
        .post("/v1/search?after=" + token)
        .then()
        .statusCode(200)
        .body("distinction.sample", greaterThanOrEqualTo(110))
        .body("distinction.deviations.toDouble()", greaterThan(3.0))
        .body("distinction.nothingFits", equalTo(false));
    body("sketch 7")
        .post("/v1/search?photo=true&after=" + token)
        .then()
        .body("distinction.sample", greaterThanOrEqualTo(110))
        .body("distinction.nothingFits", equalTo(false));
    // Words that an image has fit, whatever is drawn; words that none has change nothing.
    body("never seen")
        .post("/v1/search?text=image&after=" + token)
        .then()
        .body("distinction.nothingFits", equalTo(false));
    boolean alone = body("never seen").post("/v1/search").path("distinction.nothingFits");
    body("never seen")
        .post("/v1/search?text=nosuchword")
        .then()
        .body("distinction.nothingFits", equalTo(alone));
    body("sketch 7")
        .post("/v1/search?filter=tag:more&after=" + token)
        .then()
        .body("distinction", nullValue());
    remove(1, more);
  }

  @Test
  void answersABatchInOrder() {
    String picture =
        Base64.getEncoder().encodeToString("sketch 9".getBytes(StandardCharsets.UTF_8));
    given()
        .contentType("application/json")
        .body(
            "{\"searches\":[{\"sketch\":\"%s\"},{\"strokes\":[]},{\"strokes\":[[[1,2],[3,4]]]}]}"
                .formatted(picture))
        .post("/v1/search/batch?k=3")
        .then()
        .statusCode(200)
        .body("answers.size()", equalTo(3))
        .body("answers[0].answer.hits[0].imageId", equalTo("i9"))
        .body("answers[0].answer.hits.size()", equalTo(3))
        .body("answers[1].problem.status", equalTo(400))
        .body("answers[2].answer.hits.size()", equalTo(3));
    given()
        .contentType("application/json")
        .body("{\"searches\":[]}")
        .post("/v1/search/batch")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString("1 to 32 searches"));
  }

  @Test
  void refusesInvalidParametersByName() {
    refuses(body("x").queryParam("like", many(21)), 400, "like and unlike: the number of images");
    refuses(body("x").queryParam("unlike", "x".repeat(201)), 400, "unlike: the length of an id");
    refuses(body("x").queryParam("like", "a").queryParam("unlike", "a"), 400, "both like");
    refuses(body("x").queryParam("photo", "maybe"), 400, "photo is 'maybe'");
    refuses(body("x").queryParam("generation", "No Such!"), 400, "generation:");
  }

  @Test
  void saysWhichGenerationIsNotThere() throws Exception {
    refuses(body("x").queryParam("generation", "gnone"), 404, "no generation 'gnone'");
    given()
        .contentType("application/json")
        .body("{\"searches\":[{\"strokes\":[[[1,2],[3,4]]]}]}")
        .post("/v1/search/batch?generation=gnone")
        .then()
        .statusCode(404)
        .body("detail", containsString("'gnone'"));
    model(new Generation("gover"), ModelState.RETIRED, 0);
    await(() -> body("x").post("/v1/search?generation=gover&timeout=1s").statusCode() == 409);
    body("sketch 7").post("/v1/search?generation=gtest").then().statusCode(200);
  }

  private static String many(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("i" + i);
    }
    return String.join(",", ids);
  }

  private static List<String> ids(Response answer) {
    List<String> ids =
        answer.then().statusCode(200).extract().jsonPath().getList("hits.imageId", String.class);
    assertTrue(!ids.isEmpty(), "hits");
    return ids;
  }
}
