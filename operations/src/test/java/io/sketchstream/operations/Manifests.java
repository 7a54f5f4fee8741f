package io.sketchstream.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads rendered objects of Kubernetes.
final class Manifests {
  private Manifests() {}

  /// The environment of a workload's first container.
  static Map<String, String> env(ObjectNode workload) {
    JsonNode env = workload.at("/spec/template/spec/containers/0/env");
    return Stream.iterate(0, i -> i < env.size(), i -> i + 1)
        .map(env::get)
        .collect(Collectors.toMap(e -> e.get("name").asText(), e -> e.path("value").asText("")));
  }

  /// The settings that all services share.
  static JsonNode settings(List<ObjectNode> manifests) {
    return find(manifests, "ConfigMap", "sketchstream").get("data");
  }

  /// The objects of an overlay of `k8s/`, such as `overlays/prod`.
  static List<ObjectNode> render(String overlay) {
    return Kustomization.render(Repository.ROOT.resolve("k8s").resolve(overlay));
  }

  /// Deployments and stateful sets.
  static List<ObjectNode> workloads(List<ObjectNode> manifests) {
    return manifests.stream()
        .filter(m -> kind(m).equals("Deployment") || kind(m).equals("StatefulSet"))
        .toList();
  }

  /// @throws AssertionError when there is no such object
  static ObjectNode find(List<ObjectNode> manifests, String kind, String name) {
    return manifests.stream()
        .filter(m -> kind(m).equals(kind) && name(m).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
  }

  /// Kind and name.
  static String id(ObjectNode manifest) {
    return kind(manifest) + " " + name(manifest);
  }

  static String kind(ObjectNode manifest) {
    return manifest.get("kind").asText();
  }

  static String name(ObjectNode manifest) {
    return manifest.at("/metadata/name").asText();
  }
}
