package io.sketchstream.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Spec;

/// `completion`: the script that completes commands and options in a shell.
@Command(
    name = "completion",
    description = "Print a script that completes commands and options in bash and zsh.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {"  source <(sketchstream completion)"})
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("sketchstream", spec.root().commandLine()));
    out.flush();
    return 0;
  }
}
