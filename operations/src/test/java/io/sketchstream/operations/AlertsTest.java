package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Alerts, their pages and the panels of the dashboards.
final class AlertsTest {
  private static final Path RUNBOOKS = Repository.ROOT.resolve("docs/runbooks");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");

  @Test
  void pairsEveryAlertWithAPage() throws IOException {
    Set<String> alerts = new TreeSet<>();
    for (JsonNode rule : rules()) {
      String alert = rule.path("alert").asText();
      assertTrue(alerts.add(alert), () -> alert + " is there twice");
      String page = "http://localhost:8083/runbooks/" + alert; // Served by query-service.
      assertEquals(page, rule.at("/annotations/runbook_url").asText());
      assertFalse(rule.at("/annotations/summary").asText().isBlank(), alert);
      String severity = rule.at("/labels/severity").asText();
      assertTrue(Set.of("warning", "critical").contains(severity), alert);
      assertBalanced(rule.path("expr").asText(), alert);
    }
    assertTrue(alerts.size() > 15, alerts::toString);
    Set<String> pages = new TreeSet<>();
    Repository.files("docs/runbooks", ".md")
        .forEach(page -> pages.add(page.getFileName().toString().replace(".md", "")));
    assertEquals(alerts, pages);
  }

  @Test
  void hasTheThreeSectionsOnEveryPage() throws IOException {
    for (Path page : Repository.files("docs/runbooks", ".md")) {
      String text = Files.readString(page);
      String name = page.getFileName().toString().replace(".md", "");
      assertTrue(text.startsWith("# " + name + "\n"), name);
      for (String heading : List.of("What it means", "What to look at", "What to do")) {
        String[] parts = text.split("## " + heading + "\n", -1);
        assertEquals(2, parts.length, () -> name + ": " + heading);
        assertTrue(parts[1].split("\n## ")[0].strip().length() > 30, () -> name + ": " + heading);
      }
      assertLinksLead(page, text);
    }
    assertLinksLead(RUNBOOKS.resolveSibling("operating.md"), Repository.read("docs/operating.md"));
  }

  /// Each panel says what it shows and what to make of it.
  @Test
  void describesEveryPanel() throws IOException {
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(Repository.read("operations/grafana/dashboards/sketchstream.json"));
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertTrue(ids.add(panel.path("id").asInt()), title);
      if (!panel.path("type").asText().equals("row")) {
        assertTrue(panel.path("description").asText().length() > 20, title);
        panel
            .path("targets")
            .forEach(target -> assertBalanced(target.path("expr").asText(), title));
      }
    }
  }

  @Test
  void hasTheSameAlertsInKubernetes() throws IOException {
    JsonNode rule =
        new YAMLMapper().readTree(Repository.read("k8s/monitoring/prometheus-rule.yaml"));
    assertEquals(alerts().path("groups"), rule.at("/spec/groups"));
  }

  @Test
  void scrapesEveryReplicaAndKafka() throws IOException {
    String scrapes = Repository.read("operations/prometheus/prometheus.yml");
    JsonNode compose = new YAMLMapper().readTree(Repository.read("docker-compose.yml"));
    for (String service : List.of("ingest", "embed", "embed-2", "query", "query-2", "training")) {
      assertTrue(compose.at("/services").has(service), service);
      assertTrue(scrapes.contains("\"" + service), service + " is not scraped");
    }
    assertTrue(scrapes.contains("kafka-exporter:9308"), scrapes);
    assertTrue(compose.at("/services").has("kafka-exporter"));
  }

  private static JsonNode rules() throws IOException {
    return alerts().at("/groups/0/rules");
  }

  private static JsonNode alerts() throws IOException {
    return new YAMLMapper().readTree(Repository.read("operations/prometheus/alerts.yml"));
  }

  /// Brackets and quotes close. The metrics are compared with a running Sketchstream elsewhere.
  private static void assertBalanced(String expression, String where) {
    assertFalse(expression.isBlank(), where);
    Deque<Character> open = new ArrayDeque<>();
    String plain = expression.replaceAll("\"[^\"]*\"", "");
    for (char c : plain.toCharArray()) {
      int closes = ")]}".indexOf(c);
      if ("([{".indexOf(c) >= 0) {
        open.push(c);
      } else if (closes >= 0) {
        assertEquals("([{".charAt(closes), open.isEmpty() ? ' ' : open.pop(), where);
      }
    }
    assertTrue(open.isEmpty() && plain.indexOf('"') < 0, () -> where + ": " + expression);
  }

  /// Files and headings that are linked exist.
  private static void assertLinksLead(Path page, String text) throws IOException {
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      if (link.group(1).startsWith("http")) {
        continue;
      }
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
      assertTrue(Files.exists(target), () -> page + " links to " + target);
      String heading = link.group(2);
      if (heading != null) {
        assertTrue(
            Files.readString(target)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceAll("^#+ ", "").toLowerCase(Locale.ROOT))
                .anyMatch(line -> line.replaceAll("[^a-z0-9]+", "-").equals(heading)),
            () -> page + ": " + target + " has no heading " + heading);
      }
    }
  }
}
