package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.sketchstream.events.Topic;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final Map<String, Integer> PORTS =
      Map.of("ingest", 8081, "embed", 8082, "query", 8083, "training", 8084);
  private static final Set<String> PROBES =
      Set.of("/q/health/started", "/q/health/live", "/q/health/ready");

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
        workloads.stream().map(ManifestsTest::name).collect(Collectors.toCollection(TreeSet::new)));
    workloads.forEach(workload -> checkWorkload(workload, manifests));
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
        assertThrows(AssertionError.class, () -> checkWorkload(broken, manifests), () -> path);
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
            .map(ManifestsTest::name)
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

  private static void checkWorkload(ObjectNode workload, List<ObjectNode> manifests) {
    String name = name(workload);
    JsonNode pod = workload.at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    int port = PORTS.get(name);
    assertTrue(
        Repository.read(name + "-service/Dockerfile").contains("QUARKUS_HTTP_PORT=" + port), name);
    assertEquals(port, container.at("/ports/0/containerPort").asInt(), name);
    assertEquals(port, find(manifests, "Service", name).at("/spec/ports/0/port").asInt(), name);
    assertTrue(
        container.get("image").asText().matches("(.*/)?sketchstream/" + name + "-service(:.*)?"),
        name);
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode http = container.path(probe).path("httpGet");
      assertTrue(PROBES.contains(http.path("path").asText()), name + " " + probe);
      assertEquals(container.at("/ports/0/name"), http.get("port"), name + " " + probe);
    }
    assertFalse(pod.get("enableServiceLinks").asBoolean(true), name);
    checkSecurity(pod, container, name);
    checkResources(container.get("resources"), name);
    checkVolumes(workload, pod, container, manifests);
    List<String> keys = new ArrayList<>(env(workload).keySet());
    settings(manifests).fieldNames().forEachRemaining(keys::add);
    keys.remove("POD_NAME");
    keys.forEach(key -> assertTrue(Settings.isKnown(key), () -> name + ": no setting " + key));
    assertEquals(
        1,
        manifests.stream()
            .filter(m -> kind(m).equals("ServiceAccount"))
            .filter(m -> m.at("/metadata/name").equals(pod.get("serviceAccountName")))
            .count(),
        name);
  }

  private static void checkSecurity(JsonNode pod, JsonNode container, String name) {
    assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean(), name);
    assertEquals("RuntimeDefault", pod.at("/securityContext/seccompProfile/type").asText(), name);
    JsonNode security = container.get("securityContext");
    assertFalse(security.get("allowPrivilegeEscalation").asBoolean(true), name);
    assertTrue(security.get("readOnlyRootFilesystem").asBoolean(), name);
    assertEquals("ALL", security.at("/capabilities/drop/0").asText(), name);
    assertTrue(
        Repository.read(name + "-service/Dockerfile")
            .contains("USER " + pod.at("/securityContext/runAsUser").asText() + ":"),
        name);
  }

  private static void checkResources(JsonNode resources, String name) {
    for (String resource : List.of("cpu", "memory")) {
      String request = resources.at("/requests/" + resource).asText();
      String limit = resources.at("/limits/" + resource).asText();
      assertTrue(
          Quantity.getAmountInBytes(new Quantity(request))
                  .compareTo(Quantity.getAmountInBytes(new Quantity(limit)))
              <= 0,
          () -> name + " asks for more " + resource + " than its limit");
    }
  }

  private static void checkVolumes(
      ObjectNode workload, JsonNode pod, JsonNode container, List<ObjectNode> manifests) {
    Set<String> volumes = new HashSet<>();
    pod.get("volumes")
        .forEach(volume -> {
          volumes.add(volume.get("name").asText());
          if (volume.has("persistentVolumeClaim")) {
            find(
                manifests,
                "PersistentVolumeClaim",
                volume.at("/persistentVolumeClaim/claimName").asText());
          }
        });
    workload
        .at("/spec/volumeClaimTemplates")
        .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
    Set<String> mounted = new HashSet<>();
    container.get("volumeMounts").forEach(mount -> mounted.add(mount.get("name").asText()));
    assertEquals(volumes, mounted, name(workload));
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

  private static Map<String, String> env(ObjectNode workload) {
    JsonNode env = workload.at("/spec/template/spec/containers/0/env");
    return Stream.iterate(0, i -> i < env.size(), i -> i + 1)
        .map(env::get)
        .collect(Collectors.toMap(e -> e.get("name").asText(), e -> e.path("value").asText("")));
  }

  private static JsonNode settings(List<ObjectNode> manifests) {
    return find(manifests, "ConfigMap", "sketchstream").get("data");
  }

  private static List<ObjectNode> render(String overlay) {
    return Kustomization.render(Repository.ROOT.resolve("k8s").resolve(overlay));
  }

  private static List<ObjectNode> workloads(List<ObjectNode> manifests) {
    return manifests.stream()
        .filter(m -> kind(m).equals("Deployment") || kind(m).equals("StatefulSet"))
        .toList();
  }

  private static ObjectNode find(List<ObjectNode> manifests, String kind, String name) {
    return manifests.stream()
        .filter(m -> kind(m).equals(kind) && name(m).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
  }

  private static String id(ObjectNode manifest) {
    return kind(manifest) + " " + name(manifest);
  }

  private static String kind(ObjectNode manifest) {
    return manifest.get("kind").asText();
  }

  private static String name(ObjectNode manifest) {
    return manifest.at("/metadata/name").asText();
  }
}
