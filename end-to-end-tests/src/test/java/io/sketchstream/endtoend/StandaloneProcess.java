package io.sketchstream.endtoend;

import io.sketchstream.testing.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `sketchstream up` in its own process, with a new home and a free port.
///
/// **Owns:** the process, until [#close].
final class StandaloneProcess implements AutoCloseable {
  /// Ten seconds on an idle machine; the rest is slack, because the benchmark measures the start.
  private static final Duration START_MAX = Duration.ofMinutes(3);

  /// Longest time of a stop.
  static final Duration STOP_MAX = Duration.ofSeconds(10);

  private final ServerProcess process;
  private final URI address;

  private StandaloneProcess(ServerProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /// Starts and waits for the `ready` line.
  ///
  /// @param home made when missing; a second start on it finds what the first one left
  /// @param options of `up`, such as `--model`
  static StandaloneProcess start(Path home, String... options) {
    return start(home, List.of(), options);
  }

  /// @param jvmFlags settings of the services as system properties, for instance
  static StandaloneProcess start(Path home, List<String> jvmFlags, String... options) {
    ServerProcess process = launch(home, jvmFlags, options);
    boolean started = false;
    try {
      Await.until(
          "the ready line",
          START_MAX,
          () -> ready(process).isPresent() || !process.isRunning(),
          process::report);
      URI address =
          ready(process)
              .orElseThrow(() -> new AssertionError("did not start\n" + process.report()));
      started = true;
      return new StandaloneProcess(process, address);
    } finally {
      if (!started) {
        process.close();
      }
    }
  }

  /// Starts and waits for nothing; for starts that must fail.
  static ServerProcess launch(Path home, List<String> jvmFlags, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--home", home.toString()));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--port")) {
      arguments.addAll(List.of("--port", "0"));
    }
    Path logs = home.resolveSibling(home.getFileName() + "-output");
    List<String> flags = new ArrayList<>(ClassCache.flags());
    flags.addAll(jvmFlags);
    return ServerProcess.start(logs, "standalone", flags, arguments);
  }

  /// Where HTTP listens, such as `http://127.0.0.1:40123`.
  URI address() {
    return address;
  }

  ServerProcess process() {
    return process;
  }

  /// Stops it as Ctrl-C does, and waits.
  ///
  /// @return the exit code
  int stop() {
    return process.terminate(STOP_MAX);
  }

  /// Kills it with SIGKILL, and waits.
  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }

  /// The address in the `ready` line, once it is printed.
  static Optional<URI> ready(ServerProcess process) {
    return process
        .output()
        .lines()
        .filter(line -> line.startsWith("ready "))
        .map(line -> URI.create(line.split(" ")[1]))
        .findFirst();
  }
}
