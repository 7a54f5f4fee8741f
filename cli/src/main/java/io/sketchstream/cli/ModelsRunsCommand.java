package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `models runs`: lists the training runs of the server.
@Command(
    name = "runs",
    description = "List the training runs of the server, or show one.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class ModelsRunsCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "Run to show (default: all).")
  private String run;

  @Option(names = "--follow", description = "Show the progress of RUN until it ends.")
  private boolean follow;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (Server open = server.open()) {
      if (run != null && follow) {
        return new RunWatch(open, spec.commandLine()).untilOver(run);
      }
      if (run != null) {
        RunWatch.print(Server.expectJson(open.get(RunWatch.path(run), Map.of())), out);
        return 0;
      }
      list(Server.expectJson(open.get(RunWatch.RUNS, Map.of())), out);
      return 0;
    }
  }

  private static void list(JsonNode answer, PrintWriter out) {
    JsonNode runs = answer.path("runs");
    if (runs.isEmpty()) {
      out.println("no runs yet");
    } else {
      out.printf("%-26s %-10s %-22s %-24s %s%n", "run", "state", "progress", "generation", "why");
    }
    for (JsonNode each : runs) {
      boolean running = each.path("state").asText().equals("RUNNING");
      out.printf(
          Locale.ROOT,
          "%-26s %-10s %-22s %-24s %s%n",
          each.path("id").asText(),
          each.path("state").asText(),
          running ? RunWatch.progress(each) : "",
          each.path("generation").asText(),
          HitTable.cut((running ? each.path("trigger") : each.path("reason")).asText(), 100));
    }
    out.printf(
        Locale.ROOT,
        "%,d records of labels since the last run%n",
        answer.path("newLabels").asLong());
    String trouble = answer.path("trouble").asText();
    if (!trouble.isEmpty()) {
      out.println("trouble: " + trouble);
    }
    out.flush();
  }
}
