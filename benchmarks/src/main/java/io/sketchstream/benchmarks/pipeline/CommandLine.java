package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.benchmarks.measure.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// How long the short commands take, from the shell to the prompt, against a server that runs: with
/// and without the cache of classes that the launcher keeps.
public final class CommandLine implements Benchmark {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final String IMAGE = "bench-1";
  private static final int COMMAND_SECONDS_MAX = 60;

  @Override
  public String name() {
    return "cli";
  }

  @Override
  public String summary() {
    return "seconds of status, list, search and get, with and without the cache of classes";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("count", "model"));
    int count = options.integer("count", 10);
    byte[] photo = Photos.load("", 1).getFirst();
    Path folder = Files.createTempDirectory("sketchstream-cli-");
    Path file = Files.write(folder.resolve("photo.jpg"), photo);
    Path saved = folder.resolve("saved.jpg");
    Map<String, Distribution> times = new LinkedHashMap<>();
    try (Installation installation = Installation.start(options.text("model", ""));
        Api api = new Api(installation.address())) {
      api.putImage(IMAGE, photo);
      api.awaitIndexed(1);
      Map<String, List<String>> commands = new LinkedHashMap<>();
      commands.put("status", List.of());
      commands.put("list", List.of());
      commands.put("search", List.of(file.toString()));
      commands.put("get", List.of(IMAGE, "--output", saved.toString()));
      for (Map.Entry<String, List<String>> command : commands.entrySet()) {
        for (boolean cached : new boolean[] {false, true}) {
          times.put(
              command.getKey() + (cached ? " cached" : " cold"),
              measure(command, installation.address(), cached, count, saved));
        }
      }
    } finally {
      Files.deleteIfExists(saved);
      Files.delete(file);
      Files.delete(folder);
    }
    report(times);
  }

  private static Distribution measure(
      Map.Entry<String, List<String>> command,
      String address,
      boolean cached,
      int count,
      Path saved)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(ROOT.resolve("sketchstream").toAbsolutePath().toString());
    words.add(command.getKey());
    words.addAll(List.of("--server", address));
    words.addAll(command.getValue());
    double[] millis = new double[count];
    for (int i = -1; i < count; i++) { // The first one is not counted: files come from the disk.
      Files.deleteIfExists(saved);
      long start = System.nanoTime();
      call(words, cached);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return new Distribution(millis);
  }

  private static void call(List<String> words, boolean cached)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("sketchstream-cli-", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().put("JAVA_OPTS", cached ? "" : "-XX:AOTMode=off");
      Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            String.join(" ", words) + " failed: " + Files.readString(output));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static void report(Map<String, Distribution> times) {
    System.out.printf("%-16s %s%n", "command", "milliseconds");
    times.forEach((name, taken) -> System.out.printf("%-16s %s%n", name, taken));
    StringBuilder result = new StringBuilder("RESULT cli");
    times.forEach((name, taken) ->
        result.append(
            String.format(Locale.ROOT, " %s_ms=%.0f", name.replace(' ', '_'), taken.median())));
    System.out.println(result);
  }
}
