package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.query.index.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Query expansion, overload, the status and the generations.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class SearchServiceTest extends SearchFixture {
  @Test
  void refusesMoreCallersThanMayWait() throws Exception {
    AtomicBoolean refused = new AtomicBoolean();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) { // query.pending-max of this test
      waiting.add(
          Thread.ofVirtual()
              .start(() -> {
                // Again and again: the one that probes may have taken the place meanwhile.
                while (!refused.get()) {
                  body("SLOW").queryParam("timeout", "1s").post("/v1/search");
                }
              }));
    }
    try {
      await(() -> {
        var response = body("SLOW").queryParam("timeout", "1ms").post("/v1/search");
        return response.statusCode() == 429
            && "1".equals(response.header("Retry-After"))
            && response.contentType().startsWith("application/problem+json")
            && response.jsonPath().getString("detail").contains("8 searches are already waiting");
      });
    } finally {
      refused.set(true);
    }
    for (Thread thread : waiting) {
      thread.join();
    }
    body("sketch 1").post("/v1/search").then().statusCode(200);
  }

  /// Twelve images lie off the sketch in one direction. One more lies there as well, and hardly
  /// looks like the sketch; another looks more like it, and like nothing else.
  @Test
  void findsMoreSimilarImagesByExpansion() throws Exception {
    float[] sketch = sketchVector("expansion");
    float[] aside = Vectors.clustered(new SplittableRandom(1), HashEmbedder.DIMENSION, 1000);
    float[] elsewhere = Vectors.clustered(new SplittableRandom(2), HashEmbedder.DIMENSION, 1000);
    String tokens = "";
    for (int i = 0; i < 12; i++) {
      tokens += put("alike" + i, i % 2, mix(sketch, .6f, aside, .8f + i * .01f), "expand") + ",";
    }
    tokens += put("more", 0, mix(sketch, .1f, aside, .9f), "expand") + ",";
    tokens += put("lone", 1, mix(sketch, .5f, elsewhere, .85f), "expand");
    for (String expand : List.of("off", "on", "auto")) {
      List<String> found = expanded(expand, 14, "", tokens).getList("hits.imageId");
      assertEquals(14, found.size());
      assertEquals(
          !expand.equals("off"), found.indexOf("more") < found.indexOf("lone"), expand + found);
    }
    List<String> whole = expanded("on", 14, "", tokens).getList("hits.imageId");
    List<String> pages = new ArrayList<>();
    String next = "";
    do {
      JsonPath page = expanded("on", 4, next, tokens);
      pages.addAll(page.getList("hits.imageId", String.class));
      next = page.getString("next");
      // It changes what the first round finds, and shifts no page.
      tokens += "," + put("newcomer" + pages.size(), 0, sketch, "expand");
    } while (!next.isEmpty());
    pages.removeIf(id -> id.startsWith("newcomer"));
    assertEquals(whole, pages);
    refuses(body("x").queryParam("expand", "maybe"), 400, "expand is 'maybe'");
  }

  private static JsonPath expanded(String expand, int k, String searchAfter, String after) {
    return body("expansion")
        .queryParam("expand", expand)
        .queryParam("k", k)
        .queryParam("search_after", searchAfter)
        .queryParam("filter", "tag:expand")
        .queryParam("after", after)
        .post("/v1/search")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static float[] mix(float[] a, float ofA, float[] b, float ofB) {
    float[] mixed = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      mixed[i] = ofA * a[i] + ofB * b[i];
    }
    return Vectors.normalise(mixed);
  }

  @Test
  void reportsItsProgress() {
    await(() ->
        given()
                    .get("/v1/status")
                    .jsonPath()
                    .getInt("generations.find { it.generation == 'gtest' }.documents")
                >= 50
            && given().get("/v1/status").jsonPath().getLong("lag.embeddings") == 0);
    given()
        .get("/v1/status")
        .then()
        .statusCode(200)
        .body("active", equalTo("gtest"))
        .body("images.indexed", greaterThanOrEqualTo(50))
        .body("lag.embeddings", equalTo(0))
        .body("generations.find { it.generation == 'gtest' }.state", equalTo("ACTIVE"))
        .body(
            "generations.find { it.generation == 'gtest' }.dimension",
            equalTo(HashEmbedder.DIMENSION))
        .body("shards.size()", equalTo(2))
        .body("shards[0].partition", equalTo(0));
    given().get("/v1/endpoints").then().statusCode(200).body("ingest", equalTo(""));
    ValidatableResponse live = given().get("/q/health/live").then().statusCode(200);
    for (String loop : List.of("search", "answers", "takeover", "models", "refresher")) {
      live.body("checks.find { it.name == 'workers' }.data", hasEntry("query-" + loop, "RUNNING"));
    }
    given().get("/q/metrics").then().body(containsString("sketchstream_query_searches_total"));
  }

  @Test
  void retiresAGenerationWhileTheOtherServes() throws Exception {
    Generation young = new Generation("gyoung");
    model(young, ModelState.BACKFILLING, 0);
    await(() -> states().contains("gyoung BACKFILLING") && shards("gyoung") == 2);
    String backfill = "generations.find { it.generation == 'gyoung' }.backfill";
    await(() -> given().get("/v1/status").jsonPath().get(backfill) != null);
    given()
        .get("/v1/status")
        .then()
        .body(backfill + ".paused", equalTo(false))
        .body(backfill + ".fraction", equalTo(1f)) // Nothing is in `images` here.
        .body("generations.find { it.generation == 'gtest' }", not(hasKey("backfill")))
        .body(backfill, not(hasKey("etaSeconds")));
    model(young, ModelState.RETIRED, 0);
    await(() -> states().contains("gyoung RETIRED") && shards("gyoung") == 0);
    body("sketch 4")
        .post("/v1/search?k=1")
        .then()
        .statusCode(200)
        .body("hits[0].imageId", equalTo("i4"));
  }

  private static long shards(String generation) {
    return given().get("/v1/status").jsonPath().getList("shards.generation", String.class).stream()
        .filter(generation::equals)
        .count();
  }

  private static String states() {
    JsonPath status = given().get("/v1/status").jsonPath();
    return status.getList("generations.collect { it.generation + ' ' + it.state }").toString();
  }
}
