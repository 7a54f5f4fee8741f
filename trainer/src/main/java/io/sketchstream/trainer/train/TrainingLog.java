package io.sketchstream.trainer.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// A CSV log with one line per iteration. A resumed training truncates what it repeats.
final class TrainingLog {
  private static final String FIRST = "iteration,loss,";
  private static final String LAST = "learning_rate,gradient_norm,pictures_per_second";

  private final Path file;
  private final List<String> objectives;
  private final List<TrainingStep> steps = new ArrayList<>();

  /// @param objectives names of the losses in every step
  /// @param done number of iterations to keep of an existing log
  TrainingLog(Path file, List<String> objectives, int done) throws IOException {
    this.file = file;
    this.objectives = List.copyOf(objectives);
    if (done > 0 && Files.exists(file)) {
      Files.readAllLines(file).stream()
          .skip(1)
          .map(this::parse)
          .filter(step -> step.iteration() <= done)
          .forEach(steps::add);
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        FIRST + objectives.stream().map(name -> name + ",").collect(Collectors.joining()) + LAST);
    steps.forEach(step -> lines.add(line(step)));
    Files.write(file, lines);
  }

  void add(TrainingStep step) {
    steps.add(step);
    try {
      Files.write(file, List.of(line(step)), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All iterations so far.
  List<TrainingStep> steps() {
    return List.copyOf(steps);
  }

  private String line(TrainingStep step) {
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%d,%.6f,", step.iteration(), step.loss()));
    objectives.forEach(name -> line.append(String.format(Locale.ROOT, "%.6f,", step.loss(name))));
    return line.append(
            String.format(
                Locale.ROOT,
                "%.8f,%.5f,%.2f",
                step.learningRate(),
                step.gradientNorm(),
                step.picturesPerSecond()))
        .toString();
  }

  private TrainingStep parse(String line) {
    String[] fields = line.split(",");
    SequencedMap<String, Double> losses = new LinkedHashMap<>();
    for (int i = 0; i < objectives.size(); i++) {
      losses.put(objectives.get(i), Double.valueOf(fields[2 + i]));
    }
    int next = 2 + objectives.size();
    return new TrainingStep(
        Integer.parseInt(fields[0]),
        Double.parseDouble(fields[1]),
        losses,
        Double.parseDouble(fields[next]),
        Double.parseDouble(fields[next + 1]),
        Double.parseDouble(fields[next + 2]));
  }
}
