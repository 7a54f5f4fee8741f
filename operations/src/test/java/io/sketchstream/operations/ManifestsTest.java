package io.sketchstream.operations;

import static io.sketchstream.operations.Manifests.env;
import static io.sketchstream.operations.Manifests.find;
import static io.sketchstream.operations.Manifests.id;
import static io.sketchstream.operations.Manifests.kind;
import static io.sketchstream.operations.Manifests.render;
import static io.sketchstream.operations.Manifests.settings;
import static io.sketchstream.operations.Manifests.workloads;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.events.Topic;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every rendered overlay of `k8s/` matches the schemas and the services.
final class ManifestsTest {
  private static final StrictSchema SCHEMA = new StrictSchema();

  @ParameterizedTest
  @ValueSource(
      strings = {"base", "overlays/dev", "overlays/prod", "overlays/gpu", "overlays/monitoring"})
  void fitsTheSchemas(String overlay) {
    List<ObjectNode> manifests = render(overlay);
    assertTrue(manifests.size() > 30, () -> overlay + " renders " + manifests.size());
    manifests.forEach(SCHEMA::check);
    Set<String> names = new HashSet<>();
    manifests.forEach(m -> assertTrue(names.add(id(m)), () -> id(m) + " is there twice"));
    manifests.forEach(ManifestsTest::refusesABrokenCopy);
  }

  /// A misspelt property and a wrong type must both be detected.
  private static void refusesABrokenCopy(ObjectNode manifest) {
    ObjectNode misspelt = manifest.deepCopy();
    JsonNode spec = misspelt.path("spec");
    ((ObjectNode) (spec.isObject() ? spec : misspelt)).put("replicsa", 3);
    assertThrows(IllegalArgumentException.class, () -> SCHEMA.check(misspelt), () -> id(manifest));
    ObjectNode mistyped = manifest.deepCopy();
    mistyped.withObject("/metadata").putArray("labels").add("x");
    assertThrows(IllegalArgumentException.class, () -> SCHEMA.check(mistyped), () -> id(manifest));
    ObjectNode unheardOf = manifest.deepCopy().put("apiVersion", "apps/v1beta1");
    assertThrows(IllegalArgumentException.class, () -> SCHEMA.check(unheardOf));
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlays/dev", "overlays/prod", "overlays/gpu"})
  void fitsTheServices(String overlay) {
    List<ObjectNode> manifests = render(overlay);
    List<ObjectNode> workloads = workloads(manifests);
    assertEquals(
        new TreeSet<>(Repository.SERVICES),
        workloads.stream().map(Manifests::name).collect(Collectors.toCollection(TreeSet::new)));
    workloads.forEach(workload -> WorkloadCheck.check(workload, manifests));
  }

  @Test
  void findsSettingsThatDoNotFitTheServices() {
    List<ObjectNode> manifests = render("overlays/prod");
    Map<String, String> breaks =
        Map.of(
            "/readinessProbe/httpGet/path", "/q/health/redy",
            "/livenessProbe/httpGet/port", "web",
            "/image", "registry.example.com/sketchstream/querry-service:0.2.0",
            "/env/2/name", "QUERY_STANDBY",
            "/resources/requests/memory", "64Gi",
            "/securityContext/readOnlyRootFilesystem", "");
    breaks.forEach((path, value) -> {
      for (ObjectNode workload : workloads(manifests)) {
        ObjectNode broken = workload.deepCopy();
        ObjectNode container = (ObjectNode) broken.at("/spec/template/spec/containers/0");
        int slash = path.lastIndexOf('/');
        if (container.at(path).isMissingNode()) {
          continue;
        }
        ((ObjectNode) container.at(path.substring(0, slash))).put(path.substring(slash + 1), value);
        assertThrows(
            AssertionError.class, () -> WorkloadCheck.check(broken, manifests), () -> path);
      }
    });
  }

  @Test
  void declaresTheTopicsThatServicesWouldCreate() {
    List<ObjectNode> manifests = render("base");
    int partitions = Integer.parseInt(settings(manifests).get("TOPICS_PARTITIONS").asText());
    Set<String> wanted = new TreeSet<>();
    for (Topic<?> topic : Topics.permanent()) {
      wanted.add(topic.name());
      wanted.add(topic.deadLetters().name());
      JsonNode spec = find(manifests, "KafkaTopic", topic.name()).get("spec");
      JsonNode config = spec.get("config");
      boolean compacts = topic.cleanup() == Topic.Cleanup.COMPACT;
      assertEquals(compacts ? "compact" : "delete", config.get("cleanup.policy").asText());
      assertEquals(TopicProvisioner.RECORD_SIZE_MAX, config.get("max.message.bytes").asInt());
      assertEquals(
          compacts ? 0 : topic.retention().toMillis(), config.path("retention.ms").asLong(0));
      assertEquals(
          compacts ? Duration.ofDays(30).toMillis() : 0,
          config.path("delete.retention.ms").asLong(0),
          topic.name());
      assertEquals(
          compacts ? 0 : topic.retention().toMillis() / 6,
          config.path("segment.ms").asLong(0),
          topic.name());
      String stamped = config.path("message.timestamp.type").asText();
      assertEquals(compacts ? "" : "LogAppendTime", stamped, topic.name());
    }
    assertEquals(partitions, partitionsOf(manifests, Topics.IMAGES));
    assertEquals(1, partitionsOf(manifests, Topics.MODELS));
    assertEquals(
        wanted,
        manifests.stream()
            .filter(m -> kind(m).equals("KafkaTopic"))
            .map(Manifests::name)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void letsEveryServiceWriteItsTopics() {
    List<ObjectNode> manifests = render("base");
    for (Topic<?> topic : Topics.permanent()) {
      String writer = topic.writer().replaceAll("-service.*", "");
      if (Repository.SERVICES.contains(writer)) {
        assertTrue(allows(manifests, writer, topic.name(), "Write"), () -> writer + " " + topic);
      }
      for (String other : Repository.SERVICES) {
        if (!other.equals(writer) && topic != Topics.SKETCHES) {
          assertFalse(
              allows(manifests, other, topic.name(), "Write"), () -> other + " " + topic.name());
        }
      }
    }
  }

  @Test
  void keepsACopyOfEachShardThroughARollingRestart() {
    for (String overlay : List.of("overlays/prod", "overlays/gpu")) {
      List<ObjectNode> manifests = render(overlay);
      ObjectNode query = find(manifests, "StatefulSet", "query");
      assertTrue(query.at("/spec/replicas").asInt() >= 2);
      assertTrue(Integer.parseInt(env(query).get("QUERY_STANDBYS")) >= 1);
      assertEquals("RollingUpdate", query.at("/spec/updateStrategy/type").asText());
      JsonNode budget = find(manifests, "PodDisruptionBudget", "query").get("spec");
      assertEquals(1, budget.get("maxUnavailable").asInt());
      assertEquals(query.at("/spec/selector/matchLabels"), budget.at("/selector/matchLabels"));
    }
  }

  private static boolean allows(
      List<ObjectNode> manifests, String user, String topic, String operation) {
    JsonNode acls = find(manifests, "KafkaUser", user).at("/spec/authorization/acls");
    return Stream.iterate(0, i -> i < acls.size(), i -> i + 1)
        .map(acls::get)
        .filter(acl -> acl.at("/resource/type").asText().equals("topic"))
        .filter(acl -> {
          String name = acl.at("/resource/name").asText();
          return acl.at("/resource/patternType").asText().equals("prefix")
              ? topic.startsWith(name)
              : topic.equals(name) || name.equals("*");
        })
        .anyMatch(acl -> acl.get("operations").toString().contains('"' + operation + '"'));
  }

  private static int partitionsOf(List<ObjectNode> manifests, Topic<?> topic) {
    return find(manifests, "KafkaTopic", topic.name()).at("/spec/partitions").asInt();
  }
}
