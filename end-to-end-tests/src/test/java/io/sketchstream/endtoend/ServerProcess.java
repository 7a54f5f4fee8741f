package io.sketchstream.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A service or `standalone` in its own JVM, with the flags of the launcher but without C2, as the
/// tests run.
///
/// **Owns:** the process, until [#close], which kills what still runs.
final class ServerProcess implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("project.root", "..")).toAbsolutePath();

  /// A thread of the idle class needs a processor to end, too.
  private static final Duration KILLED_MAX = Duration.ofMinutes(3);

  private final Process process;
  private final Path out;
  private final Path err;

  private ServerProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// @param logs directory for what it prints
  /// @param module whose `quarkus-run.jar` to run
  /// @param jvmFlags on top of `jvm.options`
  static ServerProcess start(
      Path logs, String module, List<String> jvmFlags, List<String> arguments) {
    return start(logs, module, jvmFlags, arguments, Map.of());
  }

  /// @param environment on top of that of this process
  static ServerProcess start(
      Path logs,
      String module,
      List<String> jvmFlags,
      List<String> arguments,
      Map<String, String> environment) {
    Path jar = ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: build " + module + " first");
    }
    List<String> flags = new ArrayList<>();
    flags.add("@" + ROOT.resolve("jvm.options"));
    flags.add("-Xmx1g");
    flags.addAll(jvmFlags);
    flags.addAll(List.of("-jar", jar.toString()));
    flags.addAll(arguments);
    return launch(logs, module, flags, environment);
  }

  /// Starts a JVM.
  ///
  /// @param name of the files for what it prints
  /// @param arguments of the command `java`
  static ServerProcess launch(Path logs, String name, List<String> arguments) {
    return launch(logs, name, arguments, Map.of());
  }

  private static ServerProcess launch(
      Path logs, String name, List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(System.getProperty("test.jit", "-XX:+TieredCompilation"));
    command.addAll(arguments);
    try {
      Files.createDirectories(logs);
      Path out = Files.createTempFile(logs, name, ".out");
      Path err = Files.createTempFile(logs, name, ".err");
      ProcessBuilder builder = new ProcessBuilder(command).directory(logs.toFile());
      builder.environment().putAll(Map.of("OMP_WAIT_POLICY", "PASSIVE", "GOMP_SPINCOUNT", "0"));
      builder.environment().putAll(environment);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      return new ServerProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isRunning() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  String output() {
    return read(out);
  }

  String errors() {
    return read(err);
  }

  /// Sends SIGTERM and waits.
  ///
  /// @return the exit code
  int terminate(Duration limit) {
    process.destroy();
    return awaitExit(limit);
  }

  /// Sends a signal, such as `STOP` or `CONT`.
  void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("process " + pid() + " took no SIG" + name + "\n" + report());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Sends SIGKILL and waits.
  void kill() {
    process.destroyForcibly();
    awaitExit(KILLED_MAX);
  }

  /// @return the exit code
  int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "process " + pid() + " still runs after " + limit + "\n" + report());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether the JVM wrote an hs_err file, which it does when native code crashes.
  boolean crashed() {
    return Files.exists(out.resolveSibling("hs_err_pid" + pid() + ".log"));
  }

  /// Its output, for failure messages.
  String report() {
    return "--- standard output\n" + output() + "--- standard error\n" + errors();
  }

  @Override
  public void close() {
    if (isRunning()) {
      kill();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
