package io.sketchstream.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
  /// What the launcher does without this program, with the options that take a value.
  private static final Map<String, List<String>> OF_THE_LAUNCHER = new LinkedHashMap<>();

  /// Those of them whose value is a file or a directory.
  private static final Set<String> PATHS = Set.of("--home", "--model", "--watch", "--config");

  static {
    OF_THE_LAUNCHER.put(
        "up",
        List.of(
            "--port",
            "--home",
            "--model",
            "--host",
            "--token",
            "--watch",
            "--kafka-port",
            "--config"));
    OF_THE_LAUNCHER.put("test", List.of());
    OF_THE_LAUNCHER.put("bench", List.of());
    OF_THE_LAUNCHER.put("help", List.of());
  }

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    CommandLine all = spec.root().commandLine();
    OF_THE_LAUNCHER.forEach((command, options) -> all.addSubcommand(command, words(options)));
    out.print(AutoComplete.bash("sketchstream", all));
    out.flush();
    return 0;
  }

  private static CommandSpec words(List<String> options) {
    CommandSpec command = CommandSpec.create();
    for (String option : options) {
      Class<?> type = PATHS.contains(option) ? Path.class : String.class;
      command.addOption(OptionSpec.builder(option).type(type).build());
    }
    return command;
  }
}
