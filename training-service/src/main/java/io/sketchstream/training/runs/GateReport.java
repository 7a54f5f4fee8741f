package io.sketchstream.training.runs;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.evaluate.RetrievalMetrics;
import io.sketchstream.training.labels.LabelledDataset;
import io.sketchstream.training.labels.TopicSnapshot;
import io.sketchstream.training.rollout.GateSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The report on a candidate, beside its artifact: `report.md` for people, `report.json` for
/// programs, `report.png` with the hits of some queries before and after.
///
/// @param passed whether it was promoted
/// @param verdict the result in a sentence
/// @param metrics by name
/// @param queries how many, and how many of them got worse
/// @param dataset counts by name
/// @param snapshot end offsets of the topics
/// @param byClass measures of each class
record GateReport(
    boolean passed,
    String verdict,
    String run,
    String generation,
    String activeGeneration,
    Map<String, Double> metrics,
    Map<String, Integer> queries,
    Map<String, Long> dataset,
    Map<String, String> snapshot,
    List<ClassLine> byClass) {
  static final String MARKDOWN = "report.md";
  static final String JSON_FILE = "report.json";
  static final String PICTURE = "report.png";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// The mean average precision of a class.
  record ClassLine(String name, int queries, double before, double after) {}

  static GateReport of(
      String run, LabelledDataset dataset, TopicSnapshot snapshot, Comparison result) {
    return new GateReport(
        result.passed(),
        result.verdict(),
        run,
        result.after().generation(),
        result.before().generation(),
        result.metrics(),
        new TreeMap<>(Map.of("all", result.queries().size(), "worse", result.worse())),
        new TreeMap<>(dataset.counts()),
        snapshot.describe(),
        byClass(result));
  }

  private static List<ClassLine> byClass(Comparison result) {
    SortedMap<String, Double> before =
        result.before().byClass(RetrievalMetrics::meanAveragePrecision);
    SortedMap<String, Double> after =
        result.after().byClass(RetrievalMetrics::meanAveragePrecision);
    Map<String, Long> queries =
        result.queries().stream()
            .collect(Collectors.groupingBy(Example::label, Collectors.counting()));
    List<ClassLine> lines = new ArrayList<>();
    before.forEach((name, map) ->
        lines.add(new ClassLine(name, queries.get(name).intValue(), map, after.get(name))));
    return List.copyOf(lines);
  }

  /// Writes text and numbers into a model's directory.
  void write(Path directory) throws IOException {
    Files.writeString(directory.resolve(MARKDOWN), markdown());
    JSON.writeValue(directory.resolve(JSON_FILE).toFile(), this);
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Generation ").append(generation).append("\n\n");
    text.append(passed ? "**Promoted.** " : "**Rejected.** ").append(verdict).append(".\n\n");
    text.append("Measured on held-out examples of the labelled classes; no run learns from them.");
    if (metrics.containsKey(GateSummary.CONTOURS)) {
      text.append(" Classes without sketches were searched with contours of photos.");
    }
    text.append("\n\n");
    text.append("| | active ").append(activeGeneration).append(" | this | difference |\n");
    text.append("|---|---|---|---|\n");
    row(text, "mAP@all", "mAP");
    row(text, "P@100", "P@100");
    text.append(
        String.format(
            Locale.ROOT,
            "%nMeans over the classes. The gain in mAP@all is above %+.3f with confidence"
                + " (Student's interval over the classes). Of %d queries %d got worse.%n%n",
            metrics.get(GateSummary.GAIN_LOW),
            queries.get("all"),
            queries.get("worse")));
    text.append(elsewhere());
    text.append("| class | queries | active | this |\n|---|---|---|---|\n");
    byClass.forEach(line ->
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %d | %.3f | %.3f |%n",
                line.name().replace("|", "\\|"),
                line.queries(),
                line.before(),
                line.after())));
    text.append("\n![queries, with their hits before and after](report.png)\n\n");
    text.append("Run ").append(run).append(". Dataset: ");
    text.append(list(dataset)).append(". Snapshot: ").append(list(snapshot)).append(".\n");
    return text.toString();
  }

  private String elsewhere() {
    if (!metrics.containsKey(GateSummary.ELSEWHERE)) {
      return "Elsewhere: not measured, there are fewer than %d unlabelled images.%n%n"
          .formatted(LabelledDataset.MEASURABLE_MIN);
    }
    return String.format(
        Locale.ROOT,
        "Elsewhere: of the images nearest to an unlabelled image %.0f%% stay (on %.0f images),"
            + " which costs other classes an estimated %.3f of mAP.%n%n",
        100 * metrics.get("gate.elsewhere.overlap@10"),
        metrics.get("gate.elsewhere.images"),
        -metrics.get(GateSummary.ELSEWHERE));
  }

  private void row(StringBuilder text, String name, String metric) {
    double before = metrics.get("gate.active." + metric);
    double after = metrics.get("gate." + metric);
    text.append(
        String.format(
            Locale.ROOT, "| %s | %.3f | %.3f | %+.3f |%n", name, before, after, after - before));
  }

  private static String list(Map<String, ?> values) {
    Map<String, String> parts = new LinkedHashMap<>();
    values.forEach((name, value) -> parts.put(name, name + " " + value));
    return String.join(", ", parts.values());
  }
}
