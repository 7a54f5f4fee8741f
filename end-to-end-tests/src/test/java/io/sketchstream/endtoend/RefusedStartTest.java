package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A refused start gives its reason in one sentence, and an exit code other than 0.
final class RefusedStartTest {
  private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

  @TempDir Path directory;

  @Test
  void reportsAPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(1, "port " + port + " is in use", "--port", port);
    }
  }

  @Test
  void reportsAHomeInUseAndItsOwner() {
    Path home = directory.resolve("home");
    try (StandaloneProcess first =
        StandaloneProcess.start(home, "--model", TestModel.directory().toString())) {
      assertRefused(1, "is in use by process " + first.process().pid());
    }
  }

  @Test
  void reportsAHomeThatIsNoDirectory() throws IOException {
    Files.createFile(directory.resolve("home"));
    assertRefused(1, "it is not a directory");
  }

  @Test
  void reportsAMissingModel() {
    assertRefused(1, "model 'nowhere'", "--model", "nowhere");
  }

  @Test
  void reportsTheFaultOfABrokenModel() throws IOException {
    Path model = Files.createDirectories(directory.resolve("model"));
    try (var files = Files.list(TestModel.directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
    Files.write(
        model.resolve("model.safetensors"), java.util.Arrays.copyOf(weights, weights.length / 2));
    assertRefused(1, "model.safetensors", "--model", model.toString());
  }

  @Test
  void namesAnUnknownOption() {
    assertRefused(2, "Unknown options: '--prot', '1'", "--prot", "1");
  }

  @Test
  void reportsAFullDisk() throws Exception {
    Path home = Files.createDirectories(directory.resolve("home"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", home.toString()) == 0,
        "only root can mount a small disk");
    try {
      assertRefused(1, "is full");
    } finally {
      run("umount", home.toString());
    }
  }

  private void assertRefused(int exitCode, String sentence, String... options) {
    try (ServerProcess process =
        StandaloneProcess.launch(directory.resolve("home"), List.of(), options)) {
      assertEquals(exitCode, process.awaitExit(ANSWER_MAX), process::report);
      List<String> said =
          process.errors().lines().filter(line -> line.startsWith("sketchstream: ")).toList();
      assertEquals(1, said.size(), process::report);
      assertTrue(said.getFirst().contains(sentence), process::report);
      assertEquals("", process.output());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }
}
