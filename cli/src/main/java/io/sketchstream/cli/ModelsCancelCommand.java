package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `models cancel`: stops a training run.
@Command(
    name = "cancel",
    description = "Stop a training run; nothing else changes.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class ModelsCancelCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "Default: the current run.")
  private String run;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    try (Server open = server.open()) {
      String which = run == null ? running(open) : run;
      JsonNode answer =
          Server.expectJson(
              open.post(
                  RunWatch.path(which) + "/cancel", Map.of(), "application/json", new byte[0]));
      RunWatch.print(answer, spec.commandLine().getOut());
      return 0;
    }
  }

  private static String running(Server open) {
    return Server.expectJson(open.get(RunWatch.RUNS, Map.of()))
        .path("runs")
        .valueStream()
        .filter(each -> each.path("state").asText().equals("RUNNING"))
        .findFirst()
        .orElseThrow(() -> new CommandFailure("no run is in progress"))
        .path("id")
        .asText();
  }
}
