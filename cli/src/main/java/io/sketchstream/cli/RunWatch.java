package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/// Follows a training run with a progress bar until it ends, then shows its report.
final class RunWatch {
  static final String RUNS = "/v1/training/runs";

  private static final int POLL_MILLIS = 500;
  private static final int TRIES_MAX = 60;
  private static final String TOTAL = "total";

  private final Server server;
  private final PrintWriter out;
  private final ProgressLine line;
  private String shownPhase = "";

  RunWatch(Server server, CommandLine line) {
    this.server = server;
    this.out = line.getOut();
    this.line = new ProgressLine(line.getErr());
  }

  RunWatch(Server server, PrintWriter out, ProgressLine line) {
    this.server = server;
    this.out = out;
    this.line = line;
  }

  static String path(String run) {
    return RUNS + "/" + Server.encode(run);
  }

  /// Starts a run and prints its id.
  ///
  /// @param settings that replace the server's
  /// @return the id
  static String begin(Server server, CommandLine line, JsonNode settings) {
    byte[] body = settings.toString().getBytes(UTF_8);
    JsonNode run = Server.expectJson(server.post(RUNS, Map.of(), "application/json", body));
    String id = run.path("id").asText();
    line.getOut().println(id + " begins");
    line.getOut().flush();
    return id;
  }

  /// Starts a run and follows it to its end.
  ///
  /// @return as [#untilOver]
  static int start(Server server, CommandLine line, JsonNode settings) throws InterruptedException {
    String run = begin(server, line, settings);
    return new RunWatch(server, line).untilOver(run);
  }

  /// @return the exit code: 0 when the run produced a model, better or not
  int untilOver(String run) throws InterruptedException {
    int failures = 0;
    Server patient = server.patient();
    while (true) {
      Server.Answer answer = patient.get(path(run), Map.of());
      if (answer.overloaded() && ++failures < TRIES_MAX) {
        Thread.sleep(answer.retrySeconds() * 1000L);
        continue;
      }
      JsonNode now = Server.expectJson(answer);
      String state = now.path("state").asText();
      if (!state.equals("RUNNING")) {
        line.clear();
        print(now, out);
        report(now);
        return state.equals("PROMOTED") || state.equals("NOT_BETTER") ? 0 : Main.FAILED;
      }
      show(now);
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// How the model compares with the one before it, where the run made one.
  private void report(JsonNode run) {
    String generation = run.path("generation").asText();
    if (generation.isEmpty()) {
      return;
    }
    Server.Answer answer = ModelsReportCommand.text(server, generation);
    if (answer.ok()) {
      out.println();
      out.print(new String(answer.body(), UTF_8));
      out.flush();
    }
  }

  private void show(JsonNode run) {
    String phase = run.path("phase").asText();
    String text = counts(run) + details(run, !line.rewrites());
    if (phase.equals(shownPhase)) {
      double done = run.path("done").asDouble() / Math.max(1, run.path("of").asLong());
      line.share(phase, done, text);
    } else {
      shownPhase = phase;
      line.show(phase + " " + text);
    }
  }

  /// Such as `train 12 of 320`.
  static String progress(JsonNode run) {
    return (run.path("phase").asText() + " " + counts(run)).stripTrailing();
  }

  private static String counts(JsonNode run) {
    long of = run.path("of").asLong();
    return of == 0 ? "" : String.format(Locale.ROOT, "%,d of %,d", run.path("done").asLong(), of);
  }

  /// @param named whether each objective's loss is shown beside their sum
  private static String details(JsonNode run, boolean named) {
    StringBuilder text = new StringBuilder();
    double eta = run.path("etaSeconds").asDouble();
    if (eta > 0) {
      text.append("  ").append(Durations.text(eta)).append(" left");
    }
    JsonNode losses = run.path("losses");
    if (!losses.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  loss %.3f%s  %.0f images/s",
              losses.path(TOTAL).asDouble(),
              named ? named(losses) : "",
              run.path("imagesPerSecond").asDouble()));
    }
    return text.toString();
  }

  private static String named(JsonNode losses) {
    return losses.properties().stream()
        .filter(loss -> !loss.getKey().equals(TOTAL))
        .map(loss ->
            String.format(Locale.ROOT, "%s %.3f", loss.getKey(), loss.getValue().asDouble()))
        .collect(Collectors.joining(", ", " (", ")"));
  }

  /// Describes the state or the outcome of a run.
  static void print(JsonNode run, PrintWriter out) {
    out.println(run.path("id").asText() + " is " + run.path("state").asText());
    line(out, "generation", run.path("generation").asText());
    line(out, "from", run.path("baseGeneration").asText());
    line(out, "trigger", run.path("trigger").asText());
    line(out, "why", run.path("reason").asText());
    line(
        out,
        "metrics",
        run.path("metrics").properties().stream()
            .map(m -> String.format(Locale.ROOT, "%s=%.3f", m.getKey(), m.getValue().asDouble()))
            .collect(Collectors.joining(" ")));
    if (run.path("state").asText().equals("RUNNING")) {
      line(out, "progress", progress(run) + details(run, true));
    }
    out.flush();
  }

  private static void line(PrintWriter out, String name, String value) {
    if (!value.isEmpty()) {
      out.printf("  %-10s %s%n", name, value);
    }
  }
}
