package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command line in a process of its own, with the class path of the tests.
final class CliProcess {
  private static final long RUN_MINUTES_MAX = 5;

  private CliProcess() {}

  /// What a command did.
  ///
  /// @param output both streams
  record Ran(int exitCode, String output) {}

  /// Runs a command to its end.
  ///
  /// @param logs directory for what it prints
  static Ran run(Path logs, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.sketchstream.cli.Main");
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(Files.createDirectories(logs), "cli", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(RUN_MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("still runs: " + List.of(arguments) + Files.readString(output));
    }
    return new Ran(process.exitValue(), Files.readString(output, UTF_8));
  }
}
