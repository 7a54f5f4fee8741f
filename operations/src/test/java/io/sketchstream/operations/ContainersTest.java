package io.sketchstream.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/// Static checks of the Dockerfiles and of `docker-compose.yml`.
final class ContainersTest {
  private static final JsonNode COMPOSE =
      new ObjectMapper().valueToTree(new Yaml().load(Repository.read("docker-compose.yml")));

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "embed", "query", "training"})
  void runsWithTheProjectsFlagsAsNobody(String service) {
    String dockerfile = Repository.read(service + "-service/Dockerfile");
    assertTrue(dockerfile.contains("ARG BASE=eclipse-temurin:25-jre"));
    assertTrue(dockerfile.contains("USER 10001:10001"));
    assertTrue(dockerfile.contains("HEALTHCHECK "));
    assertTrue(
        dockerfile.contains(
            "ENTRYPOINT [\"java\", \"@/app/jvm.options\", \"-jar\", \"/app/quarkus-run.jar\"]"));
    assertFalse(dockerfile.contains("# syntax="), "an engine without BuildKit can't build it");
    String ignored = Repository.read(".dockerignore");
    assertTrue(ignored.contains("!" + service + "-service/target/quarkus-app"));
  }

  /// The same text is the same stage to BuildKit, which then runs it once for all services.
  @Test
  void buildsTheApplicationsInOneStage() {
    Set<String> stages =
        Stream.concat(Repository.SERVICES.stream().map(name -> name + "-service"), Stream.of("cli"))
            .map(module -> Repository.read(module + "/Dockerfile"))
            .map(dockerfile -> dockerfile.split("(?m)^# --- built.*$")[1])
            .collect(Collectors.toSet());
    assertEquals(1, stages.size(), stages::toString);
    String stage = stages.iterator().next();
    Repository.SERVICES.forEach(service ->
        assertTrue(stage.contains(service + "-service"), () -> service + " is not built"));
    List<String> sent = Repository.read(".dockerignore").lines().toList();
    Pattern.compile("<module>(.+?)</module>")
        .matcher(Repository.read("pom.xml"))
        .results()
        .map(module -> module.group(1))
        .forEach(module ->
            assertTrue(
                sent.contains("!" + module) || sent.contains("!" + module + "/pom.xml"),
                () -> module + " is not sent, and Maven needs the pom of every module"));
  }

  /// What a builder without BuildKit is given, since it runs the stage for nothing, too.
  @Test
  void acceptsApplicationsPackagedByMaven() {
    JsonNode arguments = COMPOSE.at("/x-build-args");
    Map<String, String> local =
        Repository.read("operations/local-images.env")
            .lines()
            .filter(line -> line.contains("=") && !line.startsWith("#"))
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    for (String service : Repository.SERVICES) {
      assertEquals(arguments, COMPOSE.at("/services/" + service + "/build/args"), service);
      String dockerfile = Repository.read(service + "-service/Dockerfile");
      arguments
          .properties()
          .forEach(argument -> {
            String variable = argument.getValue().asText().substring(2).split(":-")[0];
            String initially = argument.getValue().asText().split(":-")[1].replace("}", "");
            assertTrue(local.containsKey(variable), variable);
            assertTrue(
                dockerfile.contains("ARG " + argument.getKey() + "=" + initially),
                () -> service + ": " + argument.getKey());
          });
    }
    assertEquals("target/quarkus-app", local.get("SKETCHSTREAM_PACKAGED"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "embed", "embed-2", "query", "query-2", "training"})
  void composesTheServices(String name) {
    String service = name.replace("-2", "");
    JsonNode composed = COMPOSE.at("/services/" + name);
    assertEquals("sketchstream/" + service + "-service:latest", composed.get("image").asText());
    assertEquals(service + "-service/Dockerfile", composed.at("/build/dockerfile").asText());
    assertTrue(composed.get("read_only").asBoolean());
    assertEquals("ALL", composed.at("/cap_drop/0").asText());
    String port = composed.at("/ports/0").asText();
    assertTrue(port.startsWith("127.0.0.1:"), port);
    assertTrue(
        Repository.read(service + "-service/Dockerfile")
            .contains("QUARKUS_HTTP_PORT=" + port.substring(port.lastIndexOf(':') + 1)));
    composed
        .get("environment")
        .fieldNames()
        .forEachRemaining(key -> assertTrue(Settings.isKnown(key), () -> name + ": " + key));
  }

  @Test
  void publishesOnLoopbackOnlyAndKeepsAllData() {
    Set<String> volumes = new java.util.TreeSet<>();
    COMPOSE.get("volumes").fieldNames().forEachRemaining(volumes::add);
    COMPOSE
        .get("services")
        .properties()
        .forEach(service -> {
          for (JsonNode port : service.getValue().path("ports")) {
            assertTrue(port.asText().startsWith("127.0.0.1:"), () -> service.getKey() + " " + port);
          }
          for (JsonNode volume : service.getValue().path("volumes")) {
            String source = volume.asText().split(":", 2)[0];
            assertTrue(
                source.startsWith("./operations/") || volumes.contains(source),
                () -> service.getKey() + " mounts " + source);
          }
        });
  }

  @Test
  void usesOnlyFeaturesOfComposeOne() {
    assertFalse(COMPOSE.has("name"));
    assertFalse(COMPOSE.has("include"));
    for (String later : List.of("start_interval", "develop:", "configs:", "!reset")) {
      assertFalse(Repository.read("docker-compose.yml").contains(later), later);
    }
  }
}
