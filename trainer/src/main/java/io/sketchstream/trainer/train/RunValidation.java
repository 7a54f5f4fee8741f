package io.sketchstream.trainer.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.evaluate.ModelEvaluation;
import io.sketchstream.trainer.evaluate.RetrievalReport;
import io.sketchstream.trainer.evaluate.Scoring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Evaluates the models of a run on the evaluation splits.
final class RunValidation {
  /// The JSON format of a run's files.
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final TrainingConfig config;
  private final TrainingData data;
  private final Path out;
  private final TrainingProgress progress;

  /// @param out directory of the run; receives `report.json`, `report.txt` and pictures of hits
  RunValidation(TrainingConfig config, TrainingData data, Path out, TrainingProgress progress) {
    this.config = config;
    this.data = data;
    this.out = out;
    this.progress = progress;
  }

  /// Evaluates an intermediate model.
  void of(ModelArtifact model, int iteration) throws IOException, BrokenModelException {
    evaluate(model, iteration, false);
  }

  /// Evaluates the final model, with binary codes and pictures of hits.
  SortedMap<String, RetrievalReport> last(ModelArtifact model)
      throws IOException, BrokenModelException {
    return evaluate(model, config.iterations(), true);
  }

  private SortedMap<String, RetrievalReport> evaluate(
      ModelArtifact model, int iteration, boolean last) throws IOException, BrokenModelException {
    ModelEvaluation evaluation = new ModelEvaluation(model, EncoderOptions.defaults());
    SortedMap<String, RetrievalReport> reports = new TreeMap<>();
    for (Map.Entry<String, LabelledPictures> entry : data.evaluations().entrySet()) {
      String split = entry.getKey();
      var wanted =
          new ModelEvaluation.Wanted(
              entry.getValue(),
              last ? Optional.of(data.training()) : Optional.empty(),
              false,
              last ? Optional.of(out.resolve("hits-" + split + ".png")) : Optional.empty());
      RetrievalReport report =
          evaluation.evaluate(
              wanted, n -> progress.phase("evaluate " + split, n, wanted.pictures()));
      progress.validated(iteration, split, report);
      reports.put(split, report);
    }
    return reports;
  }

  /// Writes the reports.
  ///
  /// @return metrics by name, such as `val.hubness.mAP`
  Map<String, Double> record(SortedMap<String, RetrievalReport> reports) throws IOException {
    Map<String, Double> metrics = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    reports.forEach((split, report) -> {
      report
          .steps()
          .forEach((step, measured) -> {
            String name = step.equals(Scoring.PLAIN) ? split : split + "." + step;
            metrics.put(name + ".mAP", measured.meanAveragePrecision());
            metrics.put(name + ".mAP@200", measured.strictAt200());
            metrics.put(name + ".P@200", measured.precisionAt200());
            metrics.put(name + ".Acc@1", measured.accuracyAt1());
          });
      text.append(split).append('\n').append(report.text()).append('\n');
    });
    JSON.writeValue(out.resolve("report.json").toFile(), reports);
    Files.writeString(out.resolve("report.txt"), text);
    return metrics;
  }
}
