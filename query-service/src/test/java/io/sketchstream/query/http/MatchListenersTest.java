package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Who may receive matches live.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(MatchListenersTest.OneListener.class)
final class MatchListenersTest extends SearchFixture {
  public static final class OneListener implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("query.standing.listeners-max", "1");
    }
  }

  @Test
  void refusesFurtherListenersUntilOneLeaves() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> first = live(client);
      assertEquals(200, first.statusCode());
      assertEquals(':', first.body().read()); // It has its place now.
      given()
          .accept("text/event-stream")
          .get("/v1/matches")
          .then()
          .statusCode(429)
          .contentType("application/problem+json")
          .header("Retry-After", "1")
          .body("detail", containsString("query.standing.listeners-max"));
      given().get("/v1/matches").then().statusCode(200);
      first.body().close();
      await(() -> {
        HttpResponse<InputStream> next = live(client);
        try (InputStream body = next.body()) {
          return next.statusCode() == 200 && body.read() == ':';
        }
      });
    }
  }

  private static HttpResponse<InputStream> live(HttpClient client) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + RestAssured.port + "/v1/matches");
    HttpRequest request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream").build();
    return client.send(request, BodyHandlers.ofInputStream());
  }
}
