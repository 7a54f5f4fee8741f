package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher alone: the build is faked, and Java is a script that prints its arguments.
final class LauncherTest {
  @TempDir Path directory;

  private Path launcher;

  private record Ran(int exitCode, String output) {}

  @BeforeEach
  void copyTheLauncher() throws IOException {
    launcher =
        Files.copy(ServerProcess.ROOT.resolve("sketchstream"), directory.resolve("sketchstream"));
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"LC_ALL=$LC_ALL HOME=$HOME $*\"\n");
    assertTrue(java.toFile().setExecutable(true));
    assertTrue(Files.copy(java, java.resolveSibling("javac")).toFile().setExecutable(true));
    Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.createFile(Files.createDirectories(directory.resolve("target")).resolve("built-product"));
  }

  @Test
  void usesUtf8FileNamesAndAsciiNumbersInEveryLocale() throws Exception {
    for (String language : List.of("C", "POSIX", "fa_IR.UTF-8")) {
      Ran ran = run(Map.of("LC_ALL", language, "HOME", "/root"), "status");
      assertEquals(0, ran.exitCode(), ran.output());
      assertTrue(ran.output().startsWith("LC_ALL=C.UTF-8 HOME=/root "), ran.output());
      assertTrue(ran.output().contains("io.sketchstream.cli.Main status"), ran.output());
    }
  }

  @Test
  void startsWithoutAHome() throws Exception {
    Ran ran = run(Map.of(), "status");
    assertEquals(0, ran.exitCode(), ran.output());
    assertTrue(ran.output().matches("(?s)LC_ALL=C.UTF-8 HOME=/.*"), ran.output());
  }

  @Test
  void suggestsACommandAndSaysSoLast() throws Exception {
    Ran ran = run(Map.of("HOME", "/root"), "serch");
    assertEquals(2, ran.exitCode());
    assertEquals(
        "sketchstream: 'serch' is not a command; did you mean: search?",
        ran.output().lines().toList().getLast());
  }

  @Test
  void namesEveryCommandInHelp() throws Exception {
    String help = run(Map.of("HOME", "/root"), "help").output();
    for (String command :
        List.of(
            "up",
            "demo",
            "import",
            "list",
            "search",
            "similar",
            "get",
            "delete",
            "export",
            "backup",
            "restore",
            "teach",
            "label",
            "train",
            "evaluate",
            "calibrate",
            "models",
            "status",
            "open",
            "doctor",
            "completion",
            "test",
            "bench")) {
      assertTrue(help.contains("./sketchstream " + command + " "), command);
    }
    assertFalse(help.contains("SNAPSHOT"));
  }

  /// Also on a machine where nobody starts a server.
  @Test
  void aCommandRecordsItsClassesForTheNextOne() throws Exception {
    Path cache = directory.resolve("cli/target/sketchstream-cli.aot");
    Files.createDirectories(directory.resolve("cli/target/lib"));
    fakeJava(
        """
        for word; do
          case $word in -XX:AOTCacheOutput=*) echo recorded >"${word#*=}" ;; esac
        done
        echo "$*"
        """);
    Ran first = run(Map.of("HOME", "/root"), "status");
    assertFalse(first.output().contains("AOT"), first.output());
    Await.until("the cache is there", () -> Files.exists(cache));
    assertEquals("recorded", Files.readString(cache).strip());
    Await.until(
        "the recorder is gone", () -> Files.notExists(directory.resolve("target/cli-cache.pid")));
    Ran second = run(Map.of("HOME", "/root"), "status");
    assertTrue(second.output().contains("-XX:AOTCache=" + cache + " "), second.output());
  }

  @Test
  void theFlagsOfOneCommandDoNotSpoilTheRecord() throws Exception {
    Path cache = directory.resolve("cli/target/sketchstream-cli.aot");
    Files.createDirectories(directory.resolve("cli/target/lib"));
    fakeJava(
        """
        case "$*" in
          *AOTCacheOutput*AOTMode=off*) exit 0 ;;
        esac
        for word; do
          case $word in -XX:AOTCacheOutput=*) echo recorded >"${word#*=}" ;; esac
        done
        """);
    run(Map.of("HOME", "/root", "JAVA_OPTS", "-XX:AOTMode=off"), "status");
    Await.until("something is there", () -> Files.exists(cache));
    assertEquals("recorded", Files.readString(cache).strip());
  }

  @Test
  void anEmptyRecordIsNotKept() throws Exception {
    Files.createDirectories(directory.resolve("cli/target/lib"));
    fakeJava(
        """
        for word; do
          case $word in -XX:AOTCacheOutput=*) : >"${word#*=}"; : >'%s/tried' ;; esac
        done
        """
            .formatted(directory));
    run(Map.of("HOME", "/root"), "status");
    Await.until("it was tried", () -> Files.exists(directory.resolve("tried")));
    Await.until(
        "the recorder is gone", () -> Files.notExists(directory.resolve("target/cli-cache.pid")));
    assertFalse(Files.exists(directory.resolve("cli/target/sketchstream-cli.aot")));
    assertFalse(Files.exists(directory.resolve("cli/target/sketchstream-cli.aot.part")));
  }

  @Test
  void theBenchmarkOfTheCommandsWaitsForTheirRecord() throws Exception {
    Files.createFile(directory.resolve("target/built-benchmarks"));
    Files.createDirectories(directory.resolve("cli/target/lib"));
    fakeJava(
        """
        for word; do
          case $word in
            -XX:AOTCacheOutput=*) echo recorded >"${word#*=}" ;;
            *benchmarks.BenchCommand) cat '%s/cli/target/sketchstream-cli.aot' ;;
          esac
        done
        """
            .formatted(directory));
    Ran ran = run(Map.of("HOME", "/root"), "bench", "cli");
    assertEquals(0, ran.exitCode(), ran.output());
    assertEquals("recorded", ran.output().strip());
  }

  /// As a terminal sends it that closes, or whoever stops all processes of a service.
  @Test
  void theLastWordsAreShownAfterASignalToAll() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/setsid")), "there is no setsid");
    Files.createFile(directory.resolve("target/built-benchmarks"));
    Path output = directory.resolve("output");
    Path started = directory.resolve("started");
    fakeJava(
        """
        trap 'echo stopping >&2; exit 3' TERM
        : >'%s'
        while :; do sleep 0.1; done
        """
            .formatted(started));
    Process leader = // Of a group of its own.
        command(Map.of("HOME", "/root"), "setsid", launcher.toString(), "bench")
            .redirectOutput(output.toFile())
            .start();
    try {
      Await.until("it runs", () -> Files.exists(started));
      Process kill = new ProcessBuilder("sh", "-c", "kill -TERM -" + leader.pid()).start();
      assertEquals(0, kill.waitFor());
      Await.until("it has said so", () -> Files.readString(output).endsWith("stopping\n"));
    } finally {
      leader.destroyForcibly();
    }
  }

  @Test
  void theWarningOfTheJvmIsNotShown() throws Exception {
    Files.createFile(directory.resolve("target/built-benchmarks"));
    fakeJava(
        """
        echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
        echo 'WARNING: another' >&2
        printf 'last' >&2
        exit 7
        """);
    Path caches = Files.createDirectories(directory.resolve("standalone/target"));
    Files.createDirectories(caches.resolve("quarkus-app"));
    Files.createFile(caches.resolve("quarkus-app/quarkus-run.jar"));
    Files.createFile(caches.resolve("sketchstream.aot"));
    Files.createDirectories(directory.resolve("cli/target/lib"));
    Files.createFile(directory.resolve("cli/target/sketchstream-cli.aot"));
    for (String command : List.of("bench", "up")) {
      Ran ran = run(Map.of("HOME", "/root"), command);
      Await.until(
          "all was said", () -> Files.readString(directory.resolve("output")).contains("last"));
      assertEquals(
          "WARNING: another\nlast\n", Files.readString(directory.resolve("output")), command);
      assertEquals(7, ran.exitCode());
    }
  }

  private void fakeJava(String script) throws IOException {
    Files.writeString(directory.resolve("jdk/bin/java"), "#!/bin/sh\n" + script);
  }

  private Ran run(Map<String, String> environment, String... arguments) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder = command(environment, launcher.toString());
    builder.command().addAll(List.of(arguments));
    Process process = builder.redirectOutput(output.toFile()).start();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return new Ran(process.exitValue(), Files.readString(output, UTF_8));
  }

  private ProcessBuilder command(Map<String, String> environment, String... words) {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(words)));
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true);
  }
}
