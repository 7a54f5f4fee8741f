package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `models`: lists models and controls the rollout.
@Command(
    name = "models",
    description = "List the models and show which one answers searches.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    subcommands = {
      ModelsTrainCommand.class,
      ModelsRunsCommand.class,
      ModelsCancelCommand.class,
      ModelsReportCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream models                     the same as 'models list'",
      "  sketchstream models train               train on all labels; a better model is rolled out",
      "  sketchstream models --watch             follow a backfill until it ends",
      "  sketchstream models add DIR             roll a trained model out",
      "  sketchstream models pause GENERATION    pause its backfill; 'resume' continues it",
      "  sketchstream models activate 20260301-a use this one for searches",
      "  sketchstream models rollback            back to the one before"
    })
final class ModelsCommand implements Callable<Integer> {
  private static final String PATH = "/v1/models";
  private static final String METRICS = "Also list the metrics in each model's manifest.";

  @Mixin private ServerOption server;

  @Option(names = "--watch", description = "Show the progress of a backfill until it ends.")
  private boolean watch;

  @Option(names = "--metrics", description = METRICS)
  private boolean metrics;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    return list(server, watch, metrics);
  }

  @Command(name = "list", description = "List the models.", mixinStandardHelpOptions = true)
  int list(
      @Mixin ServerOption server,
      @Option(names = "--watch", description = "Show the progress of a backfill until it ends.")
          boolean watch,
      @Option(names = "--metrics", description = METRICS) boolean metrics)
      throws InterruptedException {
    try (Server open = server.open()) {
      if (watch) {
        new RolloutWatch(open, spec.commandLine().getErr()).untilOver();
      }
      print(Server.expectJson(open.get(PATH, Map.of())), metrics, spec.commandLine().getOut());
      return 0;
    }
  }

  @Command(
      name = "add",
      description = "Upload a trained model and roll it out.",
      mixinStandardHelpOptions = true)
  int add(
      @Mixin ServerOption server,
      @Parameters(
              paramLabel = "DIR",
              description = "Directory of its manifest.json and model.safetensors.")
          Path directory) {
    try (Server open = server.open()) {
      JsonNode answer =
          Server.expectJson(
              open.post(PATH, Map.of(), "application/zip", ModelArchive.of(directory)));
      print(answer, spec.commandLine().getOut());
      return 0;
    }
  }

  @Command(
      name = "pause",
      description = "Pause the backfill of a model.",
      mixinStandardHelpOptions = true)
  int pause(@Mixin ServerOption server, @Parameters(paramLabel = "GENERATION") String generation) {
    return post(server, "/" + Server.encode(generation) + "/pause");
  }

  @Command(
      name = "resume",
      description = "Resume the backfill of a model.",
      mixinStandardHelpOptions = true)
  int resume(@Mixin ServerOption server, @Parameters(paramLabel = "GENERATION") String generation) {
    return post(server, "/" + Server.encode(generation) + "/resume");
  }

  @Command(
      name = "activate",
      description = "Use a model that is READY or STANDBY for searches.",
      mixinStandardHelpOptions = true)
  int activate(
      @Mixin ServerOption server, @Parameters(paramLabel = "GENERATION") String generation) {
    return post(server, "/" + Server.encode(generation) + "/activate");
  }

  @Command(
      name = "reject",
      description = "Stop the rollout of a model that is not active.",
      mixinStandardHelpOptions = true)
  int reject(@Mixin ServerOption server, @Parameters(paramLabel = "GENERATION") String generation) {
    return post(server, "/" + Server.encode(generation) + "/reject");
  }

  @Command(
      name = "rollback",
      description = "Go back to the model that was active before.",
      mixinStandardHelpOptions = true)
  int rollback(@Mixin ServerOption server) {
    return post(server, "/rollback");
  }

  private int post(ServerOption address, String action) {
    try (Server open = address.open()) {
      JsonNode answer =
          Server.expectJson(open.post(PATH + action, Map.of(), "application/json", new byte[0]));
      print(answer, spec.commandLine().getOut());
      return 0;
    }
  }

  private static void print(JsonNode answer, PrintWriter out) {
    print(answer, false, out);
  }

  private static void print(JsonNode answer, boolean metrics, PrintWriter out) {
    JsonNode models = answer.path("models");
    if (models.isEmpty()) {
      out.println("no models yet");
    } else {
      out.printf("%-24s %-12s %-18s %5s  %s%n", "generation", "state", "network", "dim", "added");
    }
    for (JsonNode model : models) {
      out.printf(
          Locale.ROOT,
          "%-24s %-12s %-18s %5d  %s%n",
          model.path("generation").asText(),
          model.path("state").asText(),
          HitTable.cut(model.path("network").asText(), 18),
          model.path("dimension").asInt(),
          model.path("registeredAt").asText().replaceFirst("\\.\\d+Z$", "Z"));
      if (model.has("backfill")) {
        out.println("    " + RolloutWatch.text(model.path("backfill")));
      }
      out.println("    " + model.path("reason").asText());
      if (metrics) {
        printMetrics(model.path("metrics"), out);
      }
    }
    String trouble = answer.path("trouble").asText();
    if (!trouble.isEmpty()) {
      out.println("trouble: " + trouble);
    }
    out.flush();
  }

  private static void printMetrics(JsonNode metrics, PrintWriter out) {
    metrics.properties().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(metric ->
            out.printf(
                Locale.ROOT, "    %-36s %.3f%n", metric.getKey(), metric.getValue().asDouble()));
  }
}
