package io.sketchstream.operations;

import static io.sketchstream.operations.Manifests.env;
import static io.sketchstream.operations.Manifests.find;
import static io.sketchstream.operations.Manifests.kind;
import static io.sketchstream.operations.Manifests.name;
import static io.sketchstream.operations.Manifests.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A workload matches its service: port, image, probes, security, resources, volumes, settings.
final class WorkloadCheck {
  private static final Map<String, Integer> PORTS =
      Map.of("ingest", 8081, "embed", 8082, "query", 8083, "training", 8084);
  private static final Set<String> PROBES =
      Set.of("/q/health/started", "/q/health/live", "/q/health/ready");

  private WorkloadCheck() {}

  /// @throws AssertionError names what does not fit
  static void check(ObjectNode workload, List<ObjectNode> manifests) {
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
}
