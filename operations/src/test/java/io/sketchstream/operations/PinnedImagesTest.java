package io.sketchstream.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `operations/pin-images`, with a stand-in for docker that answers what a registry would.
final class PinnedImagesTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @TempDir Path directory;

  @Test
  void namesTheDigestOfEveryImageFromARegistry() throws Exception {
    Map<String, String> pinned = new TreeMap<>();
    run("echo " + DIGEST, 0)
        .forEach(line -> pinned.put(line.replaceAll("=.*", ""), line.replaceAll("^[^=]*=", "")));

    assertEquals("apache/kafka:4.3.1@" + DIGEST, pinned.get("KAFKA_IMAGE"));
    assertTrue(pinned.get("SKETCHSTREAM_BASE").startsWith("eclipse-temurin:25-jre@"));
    assertTrue(pinned.get("SKETCHSTREAM_JDK").startsWith("eclipse-temurin:25-jdk@"));
    long images =
        Repository.read("docker-compose.yml")
            .lines()
            .filter(line -> line.matches(".*\\$\\{[A-Z_]*(IMAGE|BASE|JDK):-.*"))
            .count();
    assertEquals(images, pinned.size(), pinned::toString);
  }

  @Test
  void failsWhereTheRegistryDoesNotAnswer() throws Exception {
    assertEquals(List.of(), run("exit 1", 1));
    assertEquals(List.of(), run("echo unknown", 1));
  }

  /// @param docker what the stand-in does
  private List<String> run(String docker, int exit) throws IOException, InterruptedException {
    Path command = directory.resolve("docker");
    Files.writeString(command, "#!/bin/sh\n" + docker + "\n");
    assertTrue(command.toFile().setExecutable(true));
    ProcessBuilder script =
        new ProcessBuilder(Repository.ROOT.resolve("operations/pin-images").toString());
    script.environment().merge("PATH", directory.toString(), (old, first) -> first + ":" + old);
    Process process = script.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(exit, process.waitFor(), out);
    return out.lines().toList();
  }
}
