package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rendering that the other tests use, against `kubectl kustomize` where that is installed.
final class KustomizationTest {
  private static final long RENDER_MAX_SECONDS = 60;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"base", "overlays/dev", "overlays/prod", "overlays/gpu", "overlays/monitoring"})
  void agreesWithKubectl(String overlay) throws Exception {
    Path recipe = Repository.ROOT.resolve("k8s").resolve(overlay);
    Map<String, ObjectNode> expected = byId(kubectl(recipe));
    Map<String, ObjectNode> rendered = byId(Kustomization.render(recipe));
    assertEquals(expected.keySet(), rendered.keySet());
    expected.forEach((id, object) -> assertEquals(object, rendered.get(id), id));
  }

  private List<ObjectNode> kubectl(Path recipe) throws IOException, InterruptedException {
    Path output = directory.resolve("objects.yaml");
    Path errors = directory.resolve("errors");
    Process process;
    try {
      process =
          new ProcessBuilder("kubectl", "kustomize", recipe.toString())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
    } catch (IOException _) {
      return Assumptions.abort("skipped: kubectl is not installed");
    }
    try {
      assertTrue(process.waitFor(RENDER_MAX_SECONDS, TimeUnit.SECONDS), "kubectl does not end");
      assertEquals(0, process.exitValue(), Files.readString(errors));
    } finally {
      process.destroyForcibly();
    }
    return Kustomization.documents(output);
  }

  private static Map<String, ObjectNode> byId(List<ObjectNode> manifests) {
    return manifests.stream()
        .collect(
            Collectors.toMap(
                Manifests::id,
                Function.identity(),
                (one, other) -> {
                  throw new AssertionError(Manifests.id(one) + " is there twice: " + other);
                },
                TreeMap::new));
  }
}
