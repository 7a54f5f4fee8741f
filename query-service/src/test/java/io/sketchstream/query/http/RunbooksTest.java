package io.sketchstream.query.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
final class RunbooksTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
  private static final Pattern LINK =
      Pattern.compile("runbook_url: http://localhost:8083(/runbooks/\\S+)");

  @Test
  void theLinkOfEachAlertLeadsToItsPage() throws Exception {
    List<String> links =
        LINK.matcher(Files.readString(ROOT.resolve("operations/prometheus/alerts.yml")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertTrue(links.size() > 15, links::toString);
    for (String link : links) {
      String text =
          given()
              .get(link)
              .then()
              .statusCode(200)
              .contentType("text/plain;charset=UTF-8")
              .extract()
              .asString();
      assertEquals(Files.readString(ROOT.resolve("docs" + link + ".md")), text, link);
      assertEquals(200, given().head(link).statusCode());
    }
  }

  @Test
  void nothingElseIsThere() {
    for (String name : List.of("Nothing", "..%2FMANIFEST", "SketchstreamDiskFull.md", "")) {
      given()
          .urlEncodingEnabled(false)
          .get("/runbooks/" + name)
          .then()
          .statusCode(404)
          .contentType("application/problem+json");
    }
  }
}
