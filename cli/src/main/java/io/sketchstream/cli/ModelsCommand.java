package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `models`: the rollout by hand.
@Command(
    name = "models",
    description = "List the models, and say which one answers searches.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream models                     the same as 'models list'",
      "  sketchstream models activate 20260301-a let this one answer searches",
      "  sketchstream models rollback            back to the one before"
    })
final class ModelsCommand implements Callable<Integer> {
  private static final String PATH = "/v1/models";

  @Mixin private ServerOption server;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    return list(server, spec);
  }

  @Command(name = "list", description = "List the models.", mixinStandardHelpOptions = true)
  int list(@Mixin ServerOption server) {
    return list(server, spec);
  }

  @Command(
      name = "activate",
      description = "Let a model that is READY or STANDBY answer searches.",
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

  private static int list(ServerOption address, CommandLine.Model.CommandSpec spec) {
    try (Server open = address.open()) {
      JsonNode answer = Server.expectJson(open.get(PATH, Map.of()));
      print(answer, spec.commandLine().getOut());
      return 0;
    }
  }

  private static void print(JsonNode answer, PrintWriter out) {
    JsonNode models = answer.path("models");
    if (models.isEmpty()) {
      out.println("no models yet");
    } else {
      out.printf("%-24s %-12s %-18s %5s  %s%n", "generation", "state", "network", "dim", "metrics");
    }
    for (JsonNode model : models) {
      out.printf(
          Locale.ROOT,
          "%-24s %-12s %-18s %5d  %s%n",
          model.path("generation").asText(),
          model.path("state").asText(),
          HitTable.cut(model.path("network").asText(), 18),
          model.path("dimension").asInt(),
          metrics(model.path("metrics")));
    }
    String trouble = answer.path("trouble").asText();
    if (!trouble.isEmpty()) {
      out.println("trouble: " + trouble);
    }
    out.flush();
  }

  private static String metrics(JsonNode metrics) {
    return metrics.properties().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(metric ->
            String.format(Locale.ROOT, "%s=%.3f", metric.getKey(), metric.getValue().asDouble()))
        .collect(Collectors.joining(" "));
  }
}
