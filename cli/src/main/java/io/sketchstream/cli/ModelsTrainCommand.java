package io.sketchstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `models train`: starts a training run in the server and follows it.
@Command(
    name = "train",
    description = {
      "Train a model on the server's labels, starting from the active model's weights.",
      "",
      "It is compared with the active one on held-out examples, and rolled out if it is"
          + " better. Ctrl-C ends this command, not the run: 'models cancel' does."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class ModelsTrainCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Mixin private RunSettings settings;

  @Option(names = "--no-wait", description = "Start the run and do not wait for it.")
  private boolean noWait;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try (Server open = server.open()) {
      if (!noWait) {
        return RunWatch.start(open, spec.commandLine(), settings.body());
      }
      RunWatch.begin(open, spec.commandLine(), settings.body());
      return 0;
    }
  }
}
