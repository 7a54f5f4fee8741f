package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryEmbedded;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.Vectors;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Standing queries over HTTP.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
final class StandingHttpTest extends SearchFixture {

  @Test
  void publishesMatchesOfImagesAfterTheRegistration() throws Exception {
    given()
        .queryParam("id", "like-i3")
        .queryParam("like", "i3")
        .queryParam("filter", "tag:news")
        .queryParam("one_in", 5)
        .post("/v1/standing-queries")
        .then()
        .statusCode(201)
        .header("Location", containsString("/v1/standing-queries/like-i3"))
        .body("state", equalTo("watching"))
        .body("likeness", equalTo("image"))
        .body("threshold", notNullValue());
    try (BufferedReader live = live("/v1/standing-queries/like-i3/matches")) {
      comesIn("news-1", sketchVector("sketch 3"), "news");
      comesIn("no-news", sketchVector("sketch 3"), "other");
      String data = next(live, "data: ");
      assertTrue(data.contains("\"imageId\":\"news-1\""), data);
      put("news-1", 0, (float[]) null);
      String withdrawal = next(live, "event: ");
      assertTrue(withdrawal.contains("withdrawal"), withdrawal);
    }
    comesIn("news-2", sketchVector("sketch 3"), "news");
    await(() ->
        given()
            .get("/v1/standing-queries/like-i3/matches?limit=10")
            .jsonPath()
            .getList("matches.imageId")
            .contains("news-2"));
    given().get("/v1/standing-queries/like-i3").then().statusCode(200).body("matches", equalTo(1));
    given().get("/v1/standing-queries").then().body("standingQueries.id", hasItem("like-i3"));
    given().get("/v1/matches").then().body("matches.queryId", hasItem("like-i3"));
    given().delete("/v1/standing-queries/like-i3").then().statusCode(204);
    given().get("/v1/standing-queries/like-i3").then().statusCode(404);
    given().get("/v1/standing-queries/like-i3/matches").then().statusCode(200);
  }

  @Test
  void continuesAfterTheLastEventOfACaller() throws Exception {
    given().post("/v1/standing-queries?id=resumed&filter=tag:resumed").then().statusCode(201);
    String path = "/v1/standing-queries/resumed/matches";
    String id;
    try (BufferedReader live = live(path)) {
      comesIn("resumed-1", sketchVector("sketch 3"), "resumed");
      assertTrue(next(live, "event: ").contains("match"));
      id = next(live, "id: ").substring(4);
      assertTrue(next(live, "data: ").contains("resumed-1"));
    }
    comesIn("resumed-2", sketchVector("sketch 4"), "resumed");
    await(() -> given().get("/v1/standing-queries/resumed").jsonPath().getInt("matches") == 2);
    try (BufferedReader live = live(path, id)) {
      assertTrue(next(live, "data: ").contains("resumed-2"));
      comesIn("resumed-3", sketchVector("sketch 5"), "resumed");
      assertTrue(next(live, "data: ").contains("resumed-3"));
    }
    try (BufferedReader live = live(path, "AAAAAAAAAAAAAAAAAAAAAA.7")) {
      assertTrue(next(live, "event: ").contains("missed"));
    }
    given()
        .accept("text/event-stream")
        .header("Last-Event-ID", "yesterday")
        .get(path)
        .then()
        .statusCode(400)
        .body("detail", containsString("Last-Event-ID is 'yesterday'"));
    given().delete("/v1/standing-queries/resumed").then().statusCode(204);
  }

  @Test
  void waitsForTheVectorOfASketch() throws Exception {
    given()
        .contentType("image/png")
        .queryParam("id", "drawn")
        .queryParam("one_in", 3)
        .body("sketch 9".getBytes(StandardCharsets.UTF_8))
        .post("/v1/standing-queries")
        .then()
        .statusCode(201)
        .body("state", equalTo("waiting"));
    embedded("drawn", "");
    await(
        () -> given().get("/v1/standing-queries/drawn").jsonPath().get("state").equals("watching"));
    comesIn("drawn-image", sketchVector("sketch 9"), "any");
    await(() -> given().get("/v1/standing-queries/drawn").jsonPath().getInt("matches") == 1);
    given().delete("/v1/standing-queries/drawn").then().statusCode(204);
  }

  @Test
  void watchesForAPhotoAndRepliesOnAPartition() throws Exception {
    given()
        .contentType("image/jpeg")
        .queryParam("id", "photographed")
        .queryParam("photo", true)
        .queryParam("reply_partition", 0)
        .body("photo 9".getBytes(StandardCharsets.UTF_8))
        .post("/v1/standing-queries")
        .then()
        .statusCode(201)
        .body("likeness", equalTo("photo"))
        .body("replyPartition", equalTo(0));
    embedded("photographed", "");
    await(() ->
        given()
            .get("/v1/standing-queries/photographed")
            .jsonPath()
            .get("state")
            .equals("watching"));
    given().delete("/v1/standing-queries/photographed").then().statusCode(204);
  }

  @Test
  void returnsTheSecretOfAWebhookOnce() {
    String url = "https://1.1.1.1/matches?key=hidden"; // Nothing matches: it is never called.
    given()
        .queryParam("id", "hooked")
        .queryParam("text", "nosuchword")
        .queryParam("webhook", url)
        .post("/v1/standing-queries")
        .then()
        .statusCode(201)
        .body("webhook.secret", matchesPattern("[A-Za-z0-9_-]{43}"))
        .body("webhook.host", equalTo("1.1.1.1"))
        .body("webhook.state", equalTo("working"));
    String listed = given().get("/v1/standing-queries/hooked").asString();
    assertTrue(listed.contains("\"secret\":null"), listed);
    assertFalse(listed.contains("hidden"), listed);
    given()
        .queryParam("id", "hooked")
        .queryParam("text", "nosuchword")
        .queryParam("webhook", url)
        .header("Sketchstream-Webhook-Secret", "a-secret-of-its-own")
        .post("/v1/standing-queries")
        .then()
        .statusCode(201)
        .body("webhook.secret", nullValue());
    given().delete("/v1/standing-queries/hooked").then().statusCode(204);
  }

  @Test
  void refusesInvalidQueries() {
    refused("?text=a&webhook=http://1.1.1.1/", "https");
    refused("?text=a&webhook=https://127.0.0.1/", "127.0.0.1 is not public");
    refused("?text=a&webhook=https://[::1]/", "is not public");
    refused("?text=a&webhook=https://a@1.1.1.1/", "user");
    refused("", "the query is empty");
    refused("?text=", "the query is empty");
    refused("?like=i1&one_in=1", "one_in");
    refused("?like=i1&one_in=many", "one_in");
    refused("?like=i1&per_day=10001", "per_day");
    refused("?like=i1&per_day=5&one_in=9", "both one_in and per_day");
    refused("?text=a&per_day=5", "needs a sketch or an image");
    refused("?photo=true", "the photo is not an image file");
    refused("?photo=true&like=i1", "the photo is not an image file");
    refused("?photo=perhaps&like=i1", "photo");
    refused("?like=i1&reply_partition=99", "matches has no partition 99");
    refused("?like=i1&id=a!b", "id is 'a!b'");
    refused("?like=i1&filter=tag:", "filter");
    refused("?like=i1&until=yesterday", "until");
    refused("?like=i1&until=2001-01-01", "in the past");
    refused("?like=nosuchimage", "its image 'nosuchimage' is not in the gallery");
    refused("?like=i1&text=!!!", "has no word to look for");
    refused("?like=i1&one_in=0", "one_in is 0");
    refused("?like=i1&per_day=0", "per_day is 0");
    refused("?like=i1&until=2001-01-01T00:00:00", "in the past");
    refused("?like=i1&text=a&text=b", "text is given 2 times");
    refused("?text=a&unlike=i1", "no parameter 'unlike' (did you mean 'like'?)");
    given().get("/v1/standing-queries/nobody").then().statusCode(404);
    given().delete("/v1/standing-queries/nobody").then().statusCode(404);
    given().get("/v1/standing-queries/nobody/matches").then().statusCode(404);
    given().get("/v1/matches?limit=0").then().statusCode(400);
  }

  private static void refused(String query, String reason) {
    given()
        .post(URI.create("/v1/standing-queries" + query).toString())
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("detail", containsString(reason));
  }

  private static void comesIn(String imageId, float[] vector, String tag) throws Exception {
    put(
        imageId,
        0,
        Vectors.event(imageId, vector, tag).toBuilder()
            .setIngestedAt(Instants.timestamp(Instant.now()))
            .build()
            .toByteArray());
  }

  /// What the embed service would write.
  private static void embedded(String id, String refusal) throws Exception {
    StandingQuery query =
        StandingQuery.newBuilder()
            .setQueryId(id)
            .setCreatedAt(
                Instants.timestamp(
                    Instant.parse(
                        given().get("/v1/standing-queries/" + id).jsonPath().get("createdAt"))))
            .build();
    StandingQueryEmbedded.Builder event =
        StandingQueryEmbedded.newBuilder().setQuery(query).setRefusal(refusal);
    for (float x : sketchVector("sketch 9")) {
      event.addVector(x);
    }
    String topic = Topics.standingQueryEmbeddings(GENERATION).name();
    producer.send(new ProducerRecord<>(topic, id, event.build().toByteArray())).get();
  }

  private static BufferedReader live(String path) throws Exception {
    return live(path, "");
  }

  private static BufferedReader live(String path, String lastEventId) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + RestAssured.port + path).toURL().openConnection();
    connection.setRequestProperty("Accept", "text/event-stream");
    connection.setRequestProperty("Last-Event-ID", lastEventId);
    connection.setReadTimeout(60_000);
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    String first = lines.readLine();
    assertTrue(first.startsWith(":"), first);
    return lines;
  }

  private static String next(BufferedReader lines, String start) throws Exception {
    String line = lines.readLine();
    while (!line.startsWith(start)) {
      line = lines.readLine();
    }
    return line;
  }
}
