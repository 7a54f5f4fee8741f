package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every alert links to a section that explains it and says what to do.
final class AlertsTest {
  private static final String GUIDE = "docs/operating.md";

  @Test
  void everyAlertLinksToItsSectionOfTheGuide() throws Exception {
    Set<String> sections = new HashSet<>();
    Repository.read(GUIDE)
        .lines()
        .filter(line -> line.startsWith("### Sketchstream"))
        .forEach(line -> assertTrue(sections.add(line.substring(4)), line + " is there twice"));
    Set<String> alerts = new HashSet<>();
    JsonNode rules =
        new YAMLMapper()
            .readTree(Repository.read("operations/prometheus/alerts.yml"))
            .at("/groups/0/rules");
    for (JsonNode rule : rules) {
      String alert = rule.path("alert").asText();
      alerts.add(alert);
      assertEquals(
          GUIDE + "#" + alert.toLowerCase(Locale.ROOT),
          rule.at("/annotations/runbook_url").asText());
    }
    assertEquals(alerts, sections);
  }
}
