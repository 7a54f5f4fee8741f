package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.CpuByThread;
import io.sketchstream.benchmarks.measure.KafkaSettings;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./sketchstream up` in a process of its own, with a new home.
///
/// **Owns:** the process and the home, until [#close].
public final class Installation implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final Duration START_MAX = Duration.ofMinutes(3);
  private static final String READY = "ready ";

  private final Process process;
  private final Path home;
  private final ModelArtifact model;
  private final String address;

  private Installation(Process process, Path home, ModelArtifact model, String address) {
    this.process = process;
    this.home = home;
    this.model = model;
    this.address = address;
  }

  /// Starts and waits until it is ready.
  ///
  /// @param modelDirectory the model to serve; empty text for the default one
  public static Installation start(String modelDirectory)
      throws IOException, InterruptedException, BrokenModelException {
    Path home = Files.createTempDirectory("sketchstream-benchmark-");
    Path output = home.resolve("output");
    ModelArtifact model =
        modelDirectory.isEmpty()
            ? DefaultModel.artifact()
            : ModelArtifact.load(Path.of(modelDirectory));
    Process process =
        new ProcessBuilder(command(home, modelDirectory))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    System.out.printf("model %s, %s%n", model.generation(), model.network().name());
    return new Installation(process, home, model, awaitReady(process, output));
  }

  private static List<String> command(Path home, String modelDirectory) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + ROOT.resolve("jvm.options"));
    command.add("-XX:InitialRAMPercentage=4"); // As in `up`.
    command.add("-jar");
    command.add(ROOT.resolve("standalone/target/quarkus-app/quarkus-run.jar").toString());
    command.addAll(List.of("--port", "0", "--home", home.resolve("home").toString()));
    if (!modelDirectory.isEmpty()) {
      command.addAll(List.of("--model", modelDirectory));
    }
    return command;
  }

  private static String awaitReady(Process process, Path output)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - start < START_MAX.toNanos()) {
      try (Stream<String> lines = Files.lines(output)) {
        String ready = lines.filter(line -> line.startsWith(READY)).findFirst().orElse("");
        if (!ready.isEmpty()) {
          return ready.split(" ")[1];
        }
      }
      Thread.sleep(100);
    }
    process.destroyForcibly();
    throw new IllegalStateException("the installation did not start: " + Files.readString(output));
  }

  /// Where HTTP listens, such as `http://127.0.0.1:40123`.
  public String address() {
    return address;
  }

  /// The model that it serves.
  public ModelArtifact model() {
    return model;
  }

  /// Settings of a client of its Kafka.
  public Map<String, Object> kafka() throws IOException {
    return KafkaSettings.of(home.resolve("home"));
  }

  /// CPU time of the whole process so far, in seconds.
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /// CPU milliseconds so far by kind of work, without the JIT compilers.
  public Map<String, Double> workMillis() {
    try {
      return cpuByThread().workMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// CPU time so far by thread.
  public CpuByThread cpuByThread() throws IOException {
    return CpuByThread.of(process.pid());
  }

  /// The same network in this process.
  public Encoder openEncoder(int threads) throws BrokenModelException {
    return TorchEncoder.open(model, EncoderOptions.defaults().withThreads(threads));
  }

  /// The exit status of the process, once it was closed: 143 after SIGTERM.
  public int exitStatus() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(home)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the installation stops", e);
    }
  }
}
