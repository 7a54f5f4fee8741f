package io.sketchstream.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two keys: the one that only reads does not see paths of the machine.
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(FileUrisHttpTest.WithKeys.class)
class FileUrisHttpTest extends SearchFixture {
  private static final String READER = "key-of-a-reader";
  private static final String ADMIN = "key-of-an-admin";

  public static final class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        Path keys = Files.createTempFile("keys", "");
        keys.toFile().deleteOnExit();
        Files.writeString(
            keys,
            "reader read %s%nboss read,admin %s%n"
                .formatted(Sha256.hex(READER), Sha256.hex(ADMIN)));
        return Map.of("access.keys-file", keys.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @BeforeAll
  static void asAdmin() {
    RestAssured.filters((request, response, context) -> {
      if (!request.getHeaders().hasHeaderWithName("Authorization")) {
        request.header("Authorization", "Bearer " + ADMIN);
      }
      return context.next(request, response);
    });
  }

  @AfterAll
  static void asNobody() {
    RestAssured.replaceFiltersWith(List.of());
  }

  @Test
  void noAnswerShowsPathsToAReader() {
    String batch = "{\"searches\":[{\"sketch\":\"c2tldGNoIDc=\"}]}"; // "sketch 7"
    assertEquals(
        List.of("file:i7", ""), both("hits[0].uri", key -> sketch(key).post("/v1/search?k=1")));
    assertEquals(
        List.of("file:i7", ""),
        both(
            "answers[0].answer.hits[0].uri",
            key ->
                as(key).contentType("application/json").body(batch).post("/v1/search/batch?k=1")));
    assertEquals(
        List.of("file:i0", ""),
        both("images[0].uri", key -> as(key).get("/v1/images?filter=id:i0")));
    for (String path : List.of("similar?k=3", "duplicates?k=3&min=0")) {
      List<String> uris = both("hits[0].uri", key -> as(key).get("/v1/images/i0/" + path));
      assertEquals(true, uris.getFirst().startsWith("file:"), uris::toString);
      assertEquals("", uris.getLast(), path);
    }
  }

  /// What the admin and the reader see.
  private static List<String> both(String field, Function<String, Response> call) {
    return List.of(ADMIN, READER).stream()
        .map(key -> call.apply(key).then().statusCode(200).extract().<String>path(field))
        .toList();
  }
}
