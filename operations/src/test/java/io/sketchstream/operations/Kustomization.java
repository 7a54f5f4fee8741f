package io.sketchstream.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Renders a kustomization as `kubectl kustomize` does, as far as k8s/ uses it: resources, a
/// namespace, images, JSON patches. Unsupported fields are refused.
final class Kustomization {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> KNOWN =
      Set.of("apiVersion", "kind", "namespace", "resources", "images", "patches");

  private Kustomization() {}

  /// @param directory with a `kustomization.yaml`
  static List<ObjectNode> render(Path directory) {
    JsonNode recipe = documents(directory.resolve("kustomization.yaml")).getFirst();
    recipe
        .fieldNames()
        .forEachRemaining(field -> {
          if (!KNOWN.contains(field)) {
            throw new IllegalArgumentException(directory + ": no rendering of '" + field + "'");
          }
        });
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode resource : recipe.path("resources")) {
      Path path = directory.resolve(resource.asText()).normalize();
      objects.addAll(Files.isDirectory(path) ? render(path) : documents(path));
    }
    if (recipe.has("namespace")) {
      String namespace = recipe.get("namespace").asText();
      objects.stream()
          .filter(object -> !object.get("kind").asText().equals("Namespace"))
          .forEach(object -> object.withObject("/metadata").put("namespace", namespace));
    }
    recipe.path("patches").forEach(patch -> patch(objects, patch));
    recipe.path("images").forEach(image -> objects.forEach(object -> rename(object, image)));
    return objects;
  }

  static List<ObjectNode> documents(Path file) {
    try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(file.toFile())) {
      return documents.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private static void patch(List<ObjectNode> objects, JsonNode patch) {
    JsonNode target = patch.get("target");
    List<ObjectNode> targets = objects.stream().filter(object -> matches(object, target)).toList();
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("nothing to patch: " + target);
    }
    try {
      for (JsonNode operation : YAML.readTree(patch.get("patch").asText())) {
        targets.forEach(object -> apply(object, operation));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean matches(ObjectNode object, JsonNode target) {
    return object.get("kind").asText().equals(target.get("kind").asText())
        && (!target.has("name")
            || object.at("/metadata/name").asText().equals(target.get("name").asText()));
  }

  /// RFC 6902, `add` and `replace`.
  private static void apply(ObjectNode object, JsonNode operation) {
    String path = operation.get("path").asText();
    int slash = path.lastIndexOf('/');
    JsonNode parent = object.at(path.substring(0, slash));
    String last = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    JsonNode value = operation.get("value");
    boolean replaces = operation.get("op").asText().equals("replace");
    if (!replaces && !operation.get("op").asText().equals("add")) {
      throw new IllegalArgumentException("no operation " + operation);
    }
    switch (parent) {
      case ObjectNode fields when !replaces || fields.has(last) -> fields.set(last, value);
      case ArrayNode items when last.equals("-") && !replaces -> items.add(value);
      case ArrayNode items when replaces && items.has(Integer.parseInt(last)) ->
          items.set(Integer.parseInt(last), value);
      default ->
          throw new IllegalArgumentException(
              object.at("/metadata/name") + " has no " + path + " to " + operation.get("op"));
    }
  }

  private static void rename(ObjectNode object, JsonNode image) {
    for (JsonNode container : object.at("/spec/template/spec/containers")) {
      String name = container.path("image").asText();
      int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
      String bare = tag < 0 ? name : name.substring(0, tag);
      if (bare.equals(image.get("name").asText())) {
        String renamed = image.path("newName").asText(bare);
        String newTag = image.has("newTag") ? ":" + image.get("newTag").asText() : "";
        ((ObjectNode) container).put("image", renamed + newTag);
      }
    }
  }
}
