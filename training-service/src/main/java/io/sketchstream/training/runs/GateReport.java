package io.sketchstream.training.runs;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What is said about a candidate, beside its artifact: `report.md` for people, `report.json` for
/// programs, `report.png` with the hits of some queries before and after.
///
/// @param passed whether it was promoted
/// @param verdict why, in a sentence
/// @param heldOut `classes`, or `examples` where too few classes could be held out
/// @param metrics by name
/// @param queries how many, and how many of them got worse
/// @param dataset counts by name
/// @param snapshot where the topics ended
/// @param byClass measures of each held-out class
record GateReport(
    boolean passed,
    String verdict,
    String run,
    String generation,
    String activeGeneration,
    String heldOut,
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
      String run, HoldOut split, LabelledDataset dataset, Snapshot snapshot, Comparison result) {
    return new GateReport(
        result.passed(),
        result.verdict(),
        run,
        result.after().generation(),
        result.before().generation(),
        split.byClass() ? "classes" : "examples",
        result.metrics(),
        new TreeMap<>(Map.of("all", result.queries().size(), "worse", result.worse())),
        new TreeMap<>(dataset.counts()),
        snapshot.describe(),
        byClass(result));
  }

  private static List<ClassLine> byClass(Comparison result) {
    Map<String, List<Integer>> places = new TreeMap<>();
    for (int i = 0; i < result.queries().size(); i++) {
      places.computeIfAbsent(result.queries().get(i).label(), _ -> new ArrayList<>()).add(i);
    }
    List<ClassLine> lines = new ArrayList<>();
    places.forEach((name, queries) ->
        lines.add(
            new ClassLine(
                name,
                queries.size(),
                mean(result.before(), queries),
                mean(result.after(), queries))));
    return List.copyOf(lines);
  }

  private static double mean(Comparison.Side side, List<Integer> queries) {
    return queries.stream()
        .mapToDouble(i -> side.byQuery().get(i).meanAveragePrecision())
        .average()
        .orElse(0);
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
    text.append(
        heldOut.equals("classes")
            ? "Measured on classes that no run learns from.\n\n"
            : "Too few classes to hold some out: measured on held-out *examples* of classes it did"
                + " learn from. That flatters both models; label more classes.\n\n");
    text.append("| | active ").append(activeGeneration).append(" | this | difference |\n");
    text.append("|---|---|---|---|\n");
    row(text, "mAP@all", "mAP");
    row(text, "P@100", "P@100");
    text.append(
        String.format(
            Locale.ROOT,
            "%nThe difference of mAP@all lies between %+.3f and %+.3f (bootstrap over the queries)."
                + " Of %d queries %d got worse.%n%n",
            metrics.get("gate.difference.low"),
            metrics.get("gate.difference.high"),
            queries.get("all"),
            queries.get("worse")));
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
    text.append("\n![queries, and what they find before and after](report.png)\n\n");
    text.append("Run ").append(run).append(". Dataset: ");
    text.append(list(dataset)).append(". Snapshot: ").append(list(snapshot)).append(".\n");
    return text.toString();
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
