package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `models train`: a run in the server, followed from here.
@Command(
    name = "train",
    description = {
      "Train a model from the labels in the server, from the active model's weights.",
      "",
      "It is compared with the active one on classes that were held out, and rolled out if it is"
          + " better. Ctrl-C ends this command, not the run: 'models cancel' does."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class ModelsTrainCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting other than the server's, such as iterations=300.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--no-wait", description = "Begin the run and leave it alone.")
  private boolean noWait;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    ObjectNode body = Server.JSON.createObjectNode();
    settings.forEach(body::put);
    try (Server open = server.open()) {
      JsonNode run =
          Server.expectJson(
              open.post(
                  RunWatch.RUNS, Map.of(), "application/json", body.toString().getBytes(UTF_8)));
      spec.commandLine().getOut().println(run.path("id").asText() + " begins");
      spec.commandLine().getOut().flush();
      return noWait ? 0 : new RunWatch(open, spec.commandLine()).untilOver(run.path("id").asText());
    }
  }
}
