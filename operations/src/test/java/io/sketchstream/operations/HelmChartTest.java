package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The Helm chart, rendered by Helm itself: fits the schemas, and says what the kustomization says.
final class HelmChartTest {
  private static final Path CHART = Repository.ROOT.resolve("k8s/helm/sketchstream");
  private static final Path PROD = Repository.ROOT.resolve("k8s/helm/prod-values.yaml");
  private static final String COPY = "operations.write";
  private static final StrictSchema SCHEMA = new StrictSchema();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /// Every object of one is in the other and the same, to the last probe and port.
  @Test
  void matchesTheProductionOverlay() throws IOException {
    Map<String, JsonNode> chart = byId(render(Map.of(), PROD));
    Map<String, JsonNode> overlay =
        byId(Kustomization.render(Repository.ROOT.resolve("k8s/overlays/prod")));
    overlay.remove("Namespace sketchstream");
    assertEquals(overlay.keySet(), chart.keySet());
    overlay.forEach((id, object) -> assertEquals(object, chart.get(id), id));
  }

  @Test
  void matchesTheGpuOverlay() throws IOException {
    Map<String, Object> gpu =
        Map.of("gpu", true, "image.tag", "0.2.0-cu128", "autoscaling.maxReplicas", 4);
    Map<String, JsonNode> chart = byId(render(gpu, PROD));
    Map<String, JsonNode> overlay =
        byId(Kustomization.render(Repository.ROOT.resolve("k8s/overlays/gpu")));
    for (String id :
        List.of("Deployment embed", "Deployment training", "HorizontalPodAutoscaler embed")) {
      ObjectNode expected = overlay.get(id).deepCopy();
      assertEquals(expected, chart.get(id), id);
    }
  }

  @Test
  void fitsTheSchemasWithEverythingOnAndOff() throws IOException {
    Map<String, Object> on = new TreeMap<>();
    on.put("monitoring.enabled", true);
    on.put("monitoring.labels.release", "prometheus");
    on.put("page.origin", "https://search.example.com");
    on.put("ingress.enabled", true);
    on.put("ingress.className", "nginx");
    on.put("ingress.tlsSecret", "certificate");
    on.put("autoscaling.hpa", false);
    on.put("autoscaling.keda", true);
    on.put("access.token", "a-token-of-sixteen-characters");
    on.put("settings.LOG_FORMAT", "json");
    on.put("backup.enabled", true);
    Map<String, JsonNode> all = byId(render(on));
    all.forEach(HelmChartTest::checkSchema);
    assertEquals("json", all.get("ConfigMap sketchstream").at("/data/LOG_FORMAT").asText());
    assertEquals(
        "prometheus",
        all.get("ServiceMonitor sketchstream").at("/metadata/labels/release").asText());
    assertEquals("https://search.example.com/runbooks/SketchstreamServiceDown", firstRunbook(all));
    on.put("monitoring.runbooks", "https://wiki.example.com/alerts/");
    assertEquals(
        "https://wiki.example.com/alerts/SketchstreamServiceDown", firstRunbook(byId(render(on))));
    assertScales(all.get("ScaledObject embed"));
    String backup = all.get("CronJob backup").at("/spec/jobTemplate/spec/template/spec").toString();
    assertTrue(backup.contains("http://training:8084"), backup);
    assertTrue(backup.contains("\"secretName\":\"backup\""), backup);
    Map<String, Object> off =
        Map.of(
            "kafka.strimzi",
            false,
            "kafka.bootstrapServers",
            "kafka.example.com:9092",
            "kafka.settings.KAFKA_SECURITY_PROTOCOL",
            "SASL_SSL",
            "kafka.secret",
            "kafka-login",
            "networkPolicies",
            false,
            "autoscaling.hpa",
            false);
    Map<String, JsonNode> few = byId(render(off));
    few.forEach(HelmChartTest::checkSchema);
    for (String kind : List.of("Kafka", "KafkaTopic", "KafkaUser", "NetworkPolicy", "Ingress")) {
      assertTrue(few.keySet().stream().noneMatch(id -> id.startsWith(kind + " ")), kind);
    }
    assertFalse(few.toString().contains("kafka-cluster-ca"), "certificates that nobody makes");
  }

  @Test
  void namesOnlyExistingSettings() throws IOException {
    JsonNode settings = byId(render(Map.of(), PROD)).get("ConfigMap sketchstream").get("data");
    settings.fieldNames().forEachRemaining(key -> assertTrue(Settings.isKnown(key), key));
  }

  @Test
  void refusesContradictoryValues() {
    assertRefused(Map.of("autoscaling.keda", true), "exclude each other");
    assertRefused(Map.of("kafka.strimzi", false), "kafka.bootstrapServers is needed");
    assertRefused(
        Map.of("kafka.strimzi", false, "kafka.bootstrapServers", "k:1", "backup.enabled", true),
        "backup.enabled needs kafka.strimzi");
  }

  @Test
  void passesHelmLint() {
    LintResult result = new Helm(CHART).lint().strict().call();
    assertFalse(result.isFailed(), () -> result.getMessages().toString());
  }

  /// Helm reads no file outside of its chart.
  @Test
  void hasUnchangedCopies() throws IOException {
    for (String original :
        List.of(
            "base/kafka-topics.yaml",
            "base/kafka-users.yaml",
            "base/network-policies.yaml",
            "monitoring/monitors.yaml",
            "monitoring/prometheus-rule.yaml")) {
      String text = Repository.read("k8s/" + original);
      Path copy = CHART.resolve("files").resolve(original.substring(original.indexOf('/') + 1));
      if (Boolean.getBoolean(COPY)) {
        Files.writeString(copy, text);
      }
      assertEquals(
          text,
          Files.readString(copy),
          "copy it: ./mvnw -pl operations -am test -Dtest=HelmChartTest -D"
              + COPY
              + "=true -Dsurefire.failIfNoSpecifiedTests=false");
    }
    String version = Repository.read("pom.xml").split("<version>")[1].split("<")[0];
    assertEquals(
        version, YAML.readTree(CHART.resolve("Chart.yaml").toFile()).get("appVersion").asText());
  }

  private static String firstRunbook(Map<String, JsonNode> all) {
    return all.get("PrometheusRule sketchstream")
        .at("/spec/groups/0/rules/0/annotations/runbook_url")
        .asText();
  }

  /// There is no Java type of it: what KEDA's reference asks for.
  private static void assertScales(JsonNode scaled) {
    assertEquals("embed", scaled.at("/spec/scaleTargetRef/name").asText());
    assertTrue(scaled.at("/spec/minReplicaCount").asInt() >= 1);
    JsonNode trigger = scaled.at("/spec/triggers/0");
    assertEquals("prometheus", trigger.get("type").asText());
    assertTrue(trigger.at("/metadata/query").asText().contains("embed_lag{namespace="));
    assertTrue(trigger.at("/metadata/threshold").isTextual(), "KEDA takes texts only");
    assertTrue(Pattern.matches("http://.+", trigger.at("/metadata/serverAddress").asText()));
  }

  private static void checkSchema(String id, JsonNode object) {
    if (!id.startsWith("ScaledObject ")) {
      SCHEMA.check((ObjectNode) object);
    }
  }

  private static void assertRefused(Map<String, Object> values, String reason) {
    RuntimeException refused = assertThrows(RuntimeException.class, () -> render(values));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  private static List<ObjectNode> render(Map<String, Object> values, Path... files)
      throws IOException {
    TemplateCommand template =
        new Helm(CHART).template().withName("sketchstream").withNamespace("sketchstream");
    for (Path file : files) {
      template.withValuesFile(file);
    }
    values.forEach(template::set);
    try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(template.call())) {
      return documents.readAll().stream().filter(document -> document != null).toList();
    }
  }

  /// Without namespaces: Helm puts everything into that of the release.
  private static Map<String, JsonNode> byId(List<ObjectNode> objects) {
    Map<String, JsonNode> byId = new TreeMap<>();
    for (ObjectNode object : objects) {
      ((ObjectNode) object.get("metadata")).remove("namespace");
      String id = object.get("kind").asText() + " " + object.at("/metadata/name").asText();
      assertFalse(byId.containsKey(id), () -> id + " is there twice");
      byId.put(id, object);
    }
    return byId;
  }
}
