package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/// Follows a training run with a progress bar until it ends.
final class RunWatch {
  static final String RUNS = "/v1/training/runs";

  private static final int POLL_MILLIS = 500;
  private static final int TRIES_MAX = 60;
  private static final int BAR_WIDTH = 24;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final String CLEAR = "\r\u001b[K";

  private final Server server;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal = System.console() != null && System.console().isTerminal();
  private long shownNanos = System.nanoTime() - PLAIN_NANOS;
  private String shownPhase = "";

  RunWatch(Server server, CommandLine line) {
    this.server = server;
    this.out = line.getOut();
    this.err = line.getErr();
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
    while (true) {
      Server.Answer answer = server.get(path(run), Map.of());
      if (answer.overloaded() && ++failures < TRIES_MAX) {
        Thread.sleep(answer.retrySeconds() * 1000L);
        continue;
      }
      JsonNode now = Server.expectJson(answer);
      String state = now.path("state").asText();
      if (!state.equals("RUNNING")) {
        if (terminal) {
          err.print(CLEAR);
          err.flush();
        }
        print(now, out);
        return state.equals("PROMOTED") || state.equals("NOT_BETTER") ? 0 : Main.FAILED;
      }
      show(now);
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void show(JsonNode run) {
    String phase = run.path("phase").asText();
    long nanos = System.nanoTime();
    if (!terminal && phase.equals(shownPhase) && nanos - shownNanos < PLAIN_NANOS) {
      return;
    }
    shownPhase = phase;
    shownNanos = nanos;
    if (terminal) {
      long of = run.path("of").asLong();
      int filled = of == 0 ? 0 : (int) (BAR_WIDTH * run.path("done").asLong() / of);
      String bar = "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "] ";
      err.print(CLEAR + bar + progress(run) + details(run));
    } else {
      err.println(progress(run) + details(run));
    }
    err.flush();
  }

  /// Such as `train 12 of 320`.
  static String progress(JsonNode run) {
    long of = run.path("of").asLong();
    return run.path("phase").asText()
        + (of == 0 ? "" : String.format(Locale.ROOT, " %,d of %,d", run.path("done").asLong(), of));
  }

  private static String details(JsonNode run) {
    StringBuilder text = new StringBuilder();
    JsonNode losses = run.path("losses");
    if (!losses.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  loss %.3f = class %.3f quad %.3f know %.3f  %.0f images/s",
              losses.path("total").asDouble(),
              losses.path("classification").asDouble(),
              losses.path("quadruplet").asDouble(),
              losses.path("preservation").asDouble(),
              run.path("imagesPerSecond").asDouble()));
    }
    double eta = run.path("etaSeconds").asDouble();
    return eta > 0 ? text + "  " + Durations.text(eta) + " left" : text.toString();
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
      line(out, "progress", progress(run) + details(run));
    }
    out.flush();
  }

  private static void line(PrintWriter out, String name, String value) {
    if (!value.isEmpty()) {
      out.printf("  %-10s %s%n", name, value);
    }
  }
}
