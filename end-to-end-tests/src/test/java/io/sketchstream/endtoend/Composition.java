package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// `docker-compose.yml`, its JVMs without C2, with Compose v2 or docker-compose 1.29, whichever is
/// installed, and with locally built base images.
///
/// **Owns:** the containers, the network and the volumes of one project, until [#close].
final class Composition implements AutoCloseable {
  private static final Path ROOT = ServerProcess.ROOT;
  private static final Duration READY_MAX = Duration.ofMinutes(6);
  private static final List<String> BASES =
      List.of("sketchstream/jre:25", "sketchstream/kafka:4.3.1");
  private static final Map<String, Integer> PORTS =
      Map.of(
          "ingest",
          8081,
          "embed",
          8082,
          "query",
          8083,
          "training",
          8084,
          "embed-2",
          8182,
          "query-2",
          8183);

  private final List<String> compose;
  private final Map<String, String> environment;

  private Composition(List<String> compose, Map<String, String> environment) {
    this.compose = compose;
    this.environment = environment;
  }

  /// Why containers cannot run here; empty if they can.
  static Optional<String> missing() {
    if (!succeeds(List.of("docker", "info"))) {
      return Optional.of("no container engine answers");
    }
    if (compose().isEmpty()) {
      return Optional.of("there is neither `docker compose` nor docker-compose");
    }
    if (hasBases()) {
      return Optional.empty();
    }
    return succeeds(List.of("mmdebstrap", "--version"))
        ? Optional.empty()
        : Optional.of("the base images are missing, and mmdebstrap that makes them");
  }

  /// Builds the images of the services as they are packaged.
  ///
  /// @param environment variables of `docker-compose.yml`
  static Composition build(Map<String, String> environment) {
    makeBases();
    BuildContexts.make();
    Composition composition = new Composition(compose().orElseThrow(), environment);
    composition.close(); // Left by an interrupted run.
    composition.compose("build");
    return composition;
  }

  /// Builds the base images that are missing or out of date, under a lock shared with tests in
  /// other JVMs.
  static void makeBases() {
    Path lock = ROOT.resolve("target/base-images.lock");
    try {
      Files.createDirectories(lock.getParent());
      try (FileChannel channel = FileChannel.open(lock, CREATE, WRITE);
          FileLock _ = channel.lock()) {
        run(
            Duration.ofMinutes(10),
            List.of(ROOT.resolve("operations/base-images").toString()),
            Map.of());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no lock on " + lock, e);
    }
  }

  /// Starts services that do not run yet, with what they depend on.
  void up(String... services) {
    List<String> words = new ArrayList<>(List.of("up", "-d", "--no-build"));
    words.addAll(List.of(services));
    compose(words.toArray(String[]::new));
  }

  /// Stops a service in order and starts it in a new container with the same volumes.
  void recreate(String service) {
    compose("up", "-d", "--no-build", "--no-deps", "--force-recreate", service);
  }

  void restart(String service) {
    compose("restart", service);
  }

  void awaitReady(String... services) {
    for (String service : services) {
      try (GalleryClient client = new GalleryClient(address(service))) {
        Await.until(service + " is ready", READY_MAX, () -> isReady(client), () -> logs(service));
      }
    }
  }

  URI address(String service) {
    return URI.create("http://127.0.0.1:" + PORTS.get(service));
  }

  String logs(String service) {
    return compose("logs", "--no-color", "--tail=200", service);
  }

  @Override
  public void close() {
    compose("down", "-v", "--remove-orphans", "-t", "30");
  }

  private static boolean hasBases() {
    return BASES.stream().allMatch(image -> succeeds(List.of("docker", "image", "inspect", image)));
  }

  private static boolean isReady(GalleryClient client) {
    try {
      return client.get("/q/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // It does not listen yet.
    }
  }

  private String compose(String... words) {
    List<String> command = new ArrayList<>(compose);
    command.addAll(
        List.of(
            "-f", "docker-compose.yml",
            "-f", "end-to-end-tests/src/test/compose/short-lived.yml",
            "-p", "sketchstreamtest",
            "--env-file", "operations/local-images.env",
            "--profile", "replicas"));
    command.addAll(List.of(words));
    return run(Duration.ofMinutes(15), command, environment);
  }

  private static Optional<List<String>> compose() {
    List<List<String>> known = List.of(List.of("docker", "compose"), List.of("docker-compose"));
    return known.stream().filter(command -> succeeds(concat(command, "version"))).findFirst();
  }

  private static List<String> concat(List<String> command, String word) {
    List<String> all = new ArrayList<>(command);
    all.add(word);
    return all;
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // No such program.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(Duration limit, List<String> command, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("composition", ".log");
      ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
      builder.environment().putAll(environment);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      String printed = Files.readString(output, UTF_8);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        process.destroy();
        throw new AssertionError(String.join(" ", command) + " failed:\n" + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
