package io.sketchstream.trainer.train;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/// Ablation study: repeats a training with each objective disabled in turn, with several seeds, and
/// tabulates the validation metrics. **Threads:** one.
public final class Ablation {
  /// mAP@200 is the strict one: divided by min(R, 200).
  private static final List<String> FIGURES = List.of(".mAP", ".mAP@200", ".P@200");

  private final TrainingConfig config;
  private final TrainingData data;
  private final TrainingRunOptions options;
  private final TrainingProgress progress;
  private final SharedStart start = new SharedStart();

  /// @param config base configuration; `runs` is replaced by 1
  /// @param options `out` receives a folder for each training, and the table
  public Ablation(
      TrainingConfig config,
      TrainingData data,
      TrainingRunOptions options,
      TrainingProgress progress) {
    this.config = config;
    this.data = data;
    this.options = options;
    this.progress = progress;
  }

  /// Runs all trainings; finished ones are not repeated.
  ///
  /// @param seeds number of seeds, starting with that of the configuration
  /// @return the table in Markdown, also written to `ablation.md`
  public String run(int seeds) throws IOException, BrokenModelException, InterruptedException {
    SequencedMap<String, List<Map<String, Double>>> metrics = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> variant : switchedOff().entrySet()) {
      List<Map<String, Double>> bySeed = new ArrayList<>();
      for (int i = 0; i < seeds; i++) {
        long seed = config.seed() + i;
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("runs", "1");
        changes.put("seed", String.valueOf(seed));
        variant.getValue().forEach(objective -> changes.put("objectives." + objective, "0"));
        bySeed.add(train(variant.getKey(), seed, config.with(changes)));
      }
      metrics.put(variant.getKey(), bySeed);
      Files.writeString(options.out().resolve("ablation.md"), table(metrics));
    }
    return table(metrics);
  }

  /// The disabled objectives, by name of the variant.
  private SequencedMap<String, List<String>> switchedOff() {
    SequencedMap<String, List<String>> variants = new LinkedHashMap<>();
    variants.put("all", List.of());
    config
        .objectives()
        .weights()
        .keySet()
        .forEach(objective -> variants.put("no " + objective, List.of(objective)));
    return variants;
  }

  private Map<String, Double> train(String variant, long seed, TrainingConfig changed)
      throws IOException, BrokenModelException, InterruptedException {
    Path out = options.out().resolve(variant.replace(' ', '-') + "-seed-" + seed);
    if (Files.exists(out.resolve("report.json"))) {
      return ModelArtifact.load(out).metrics();
    }
    var own =
        new TrainingRunOptions(
            out,
            options.initial(),
            options.teacher(),
            options.checkpointEvery(),
            options.validateEvery(),
            options.resume(),
            options.command());
    Path shared = options.out().resolve(RunPreparation.TEACHER);
    Path answers = out.resolve(RunPreparation.TEACHER);
    Files.createDirectories(out);
    copyIfAbsent(shared, answers);
    Map<String, Double> metrics =
        new TrainingRun(changed, data, own, progress, start).run().metrics();
    copyIfAbsent(answers, shared);
    return metrics;
  }

  /// Reuses the teacher's answers, which are the same in every training.
  private static void copyIfAbsent(Path from, Path to) throws IOException {
    if (Files.exists(from) && !Files.exists(to)) {
      Files.copy(from, to);
    }
  }

  static String table(SequencedMap<String, List<Map<String, Double>>> metrics) {
    SortedSet<String> names = new TreeSet<>();
    metrics.values().forEach(seeds -> seeds.forEach(seed -> names.addAll(seed.keySet())));
    names.removeIf(name -> FIGURES.stream().noneMatch(name::endsWith));
    StringBuilder table = new StringBuilder("| objectives |");
    names.forEach(name -> table.append(' ').append(name).append(" |"));
    table.append("\n|---|").append("---|".repeat(names.size())).append('\n');
    metrics.forEach((variant, seeds) -> {
      table.append("| ").append(variant).append(" |");
      for (String name : names) {
        table.append(' ').append(cell(seeds, name)).append(" |");
      }
      table.append('\n');
    });
    return table.toString();
  }

  /// The mean, and the value of each seed.
  private static String cell(List<Map<String, Double>> seeds, String name) {
    List<Double> figures = seeds.stream().map(seed -> seed.getOrDefault(name, 0.0)).toList();
    double mean = figures.stream().mapToDouble(figure -> figure).average().orElse(0);
    return String.format(Locale.ROOT, "%.3f", mean)
        + " ("
        + String.join(
            ", ", figures.stream().map(f -> String.format(Locale.ROOT, "%.3f", f)).toList())
        + ")";
  }
}
