package io.sketchstream.training.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One line an iteration, as CSV. A resumed training cuts what it is about to do again.
final class TrainingLog {
  private static final String HEADER =
      "iteration,loss,classification,quadruplet,preservation,learning_rate,gradient_norm,"
          + "pictures_per_second";

  private final Path file;
  private final List<TrainingStep> steps = new ArrayList<>();

  /// @param done iterations that are kept of a log that is there already
  TrainingLog(Path file, int done) throws IOException {
    this.file = file;
    if (done > 0 && Files.exists(file)) {
      Files.readAllLines(file).stream()
          .skip(1)
          .map(TrainingLog::parse)
          .filter(step -> step.iteration() <= done)
          .forEach(steps::add);
    }
    List<String> lines = new ArrayList<>(List.of(HEADER));
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

  private static String line(TrainingStep s) {
    return String.format(
        Locale.ROOT,
        "%d,%.6f,%.6f,%.6f,%.6f,%.8f,%.5f,%.2f",
        s.iteration(),
        s.loss(),
        s.classification(),
        s.quadruplet(),
        s.preservation(),
        s.learningRate(),
        s.gradientNorm(),
        s.picturesPerSecond());
  }

  private static TrainingStep parse(String line) {
    double[] values =
        java.util.regex.Pattern.compile(",")
            .splitAsStream(line)
            .mapToDouble(Double::parseDouble)
            .toArray();
    return new TrainingStep(
        (int) values[0],
        values[1],
        values[2],
        values[3],
        values[4],
        values[5],
        values[6],
        values[7]);
  }
}
