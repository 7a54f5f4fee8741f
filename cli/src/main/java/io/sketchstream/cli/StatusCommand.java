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
import picocli.CommandLine.Spec;

/// `status`: the progress of the installation.
@Command(
    name = "status",
    description =
        "Show how many images there are, how many are searchable, and what is in progress.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream status",
      "  sketchstream status --watch",
      "  sketchstream status --json"
    })
final class StatusCommand implements Callable<Integer> {
  private static final int WATCH_MILLIS = 1000;
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  @Mixin private ServerOption server;

  @Option(names = "--watch", description = "Show it every second, until Ctrl-C.")
  private boolean watch;

  @Option(names = "--json", description = "Print the server's JSON answer.")
  private boolean json;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal = System.console() != null && System.console().isTerminal();
    try (Server open = server.open()) {
      while (true) {
        JsonNode status = Server.expectJson(open.get("/v1/status", Map.of()));
        if (watch && terminal) {
          out.print(HOME_AND_CLEAR);
        }
        out.print(json ? status + System.lineSeparator() : text(status, kafka(open)));
        out.flush();
        if (!watch) {
          return 0;
        }
        Thread.sleep(WATCH_MILLIS);
      }
    }
  }

  /// Address for Kafka clients; empty if the server does not report it.
  private static String kafka(Server server) {
    Server.Answer answer = server.get("/v1/endpoints", Map.of());
    return answer.ok() ? answer.json().path("kafka").asText() : "";
  }

  private static String text(JsonNode status, String kafka) {
    StringBuilder text = new StringBuilder();
    JsonNode images = status.path("images");
    line(
        text,
        "images",
        number(images.path("count"))
            + " in the gallery, "
            + number(images.path("indexed"))
            + " searchable");
    JsonNode lag = status.path("lag");
    long embed = lag.path("images").asLong();
    long index = lag.path("embeddings").asLong();
    line(
        text,
        "to do",
        embed + index == 0
            ? "nothing"
            : String.format(Locale.ROOT, "%,d to embed, %,d to index", embed, index));
    JsonNode rates = status.path("rates");
    line(
        text,
        "rates",
        String.format(
            Locale.ROOT,
            "%.1f/s ingested, %.1f/s embedded, %.1f/s indexed",
            rates.path("ingestedPerSecond").asDouble(),
            rates.path("embeddedPerSecond").asDouble(),
            rates.path("indexedPerSecond").asDouble()));
    String active = status.path("active").asText();
    line(text, "active", active.isEmpty() ? "none yet; searches wait for one" : active);
    if (!kafka.isEmpty()) {
      line(text, "kafka", kafka);
    }
    JsonNode generations = status.path("generations");
    if (!generations.isEmpty()) {
      text.append(
          String.format(
              "%n%-24s %-12s %-22s %5s %12s %10s%n",
              "generation", "state", "network", "dim", "documents", "lag"));
    }
    for (JsonNode generation : generations) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-24s %-12s %-22s %5d %,12d %,10d%n",
              generation.path("generation").asText(),
              generation.path("state").asText(),
              HitTable.cut(generation.path("network").asText(), 22),
              generation.path("dimension").asInt(),
              generation.path("documents").asLong(),
              generation.path("lag").asLong()));
      if (generation.has("backfill")) {
        text.append("    ").append(RolloutWatch.text(generation.path("backfill")));
        text.append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-8s %s%n", name, value));
  }

  private static String number(JsonNode value) {
    return value.isNumber()
        ? String.format(Locale.ROOT, "%,d", value.asLong())
        : "an unknown number";
  }
}
