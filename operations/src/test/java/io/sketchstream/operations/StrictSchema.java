package io.sketchstream.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.Map;
import java.util.TreeSet;

/// Reads manifests into the types of Kubernetes and Strimzi. Unknown properties are refused:
/// writing the object back must give everything that was read.
final class StrictSchema {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("v1/Namespace", Namespace.class),
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Secret", Secret.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
          Map.entry("batch/v1/CronJob", CronJob.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("apps/v1/StatefulSet", StatefulSet.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
          Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
          Map.entry("kafka.strimzi.io/v1/Kafka", Kafka.class),
          Map.entry("kafka.strimzi.io/v1/KafkaNodePool", KafkaNodePool.class),
          Map.entry("kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class),
          Map.entry("kafka.strimzi.io/v1/KafkaUser", KafkaUser.class));

  private final ObjectMapper mapper = new ObjectMapper();

  StrictSchema() {
    // Registers what the models need, such as IntOrString and Quantity.
    new KubernetesSerialization(mapper, false);
    mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  /// @throws IllegalArgumentException naming the manifest and what is wrong
  void check(ObjectNode manifest) {
    String type = manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
    String name = type + " " + manifest.at("/metadata/name").asText();
    Class<?> model = TYPES.get(type);
    if (model == null) {
      throw new IllegalArgumentException(name + ": no such kind");
    }
    try {
      Object read = mapper.treeToValue(manifest, model);
      TreeSet<String> unknown = new TreeSet<>();
      new AdditionalProperties(unknown).collect(read, "");
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(name + ": unknown " + unknown);
      }
      JsonNode again = mapper.valueToTree(read);
      lost(manifest, again, "", unknown);
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(name + ": not understood " + unknown);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + ": " + e.getOriginalMessage(), e);
    }
  }

  private static void lost(JsonNode before, JsonNode after, String path, TreeSet<String> found) {
    if (before.isObject() && (!before.isEmpty() || after.isMissingNode())) {
      before
          .fieldNames()
          .forEachRemaining(
              field -> lost(before.get(field), after.path(field), path + "/" + field, found));
    } else if (before.isArray()) {
      for (int i = 0; i < before.size(); i++) {
        lost(before.get(i), after.path(i), path + "/" + i, found);
      }
    } else if (before.isValueNode() && after.isMissingNode()) {
      found.add(path);
    }
  }
}
