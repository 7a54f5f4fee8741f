package io.sketchstream.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `sketchstream` command. Each subcommand is a class of its own.
@Command(
    name = "sketchstream",
    description = "Draw what you are looking for; get the photos that match.",
    mixinStandardHelpOptions = true,
    version = "sketchstream 1.0.0-SNAPSHOT",
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it failed, or not all of it could be done; the message says what",
      "2:the command line is not valid",
      "3:no server answers at the given address"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream up                         start everything on this machine",
      "  sketchstream import ~/Pictures          bring a folder of photos in",
      "  sketchstream search house.png           find what looks like a drawing",
      "  sketchstream COMMAND --help             options and examples of a command"
    })
public final class Main implements Callable<Integer> {
  /// Every command; those that run models in this process (train, evaluate, calibrate) stand here
  /// as well.
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("import", ImportCommand.class);
    COMMANDS.put("search", SearchCommand.class);
    COMMANDS.put("status", StatusCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("label", LabelCommand.class);
    COMMANDS.put("models", ModelsCommand.class);
    COMMANDS.put("train", TrainCommand.class);
    COMMANDS.put("evaluate", EvaluateCommand.class);
    COMMANDS.put("calibrate", CalibrateCommand.class);
  }

  static final int FAILED = 1;
  static final int UNREACHABLE = 3;

  @Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine(arguments).execute(arguments));
  }

  /// The command line, as it is run and as tests run it. Where the command is plain to see, the
  /// others are left out: reading their annotations takes longer than a search.
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    String first = arguments.length == 0 ? "" : arguments[0];
    COMMANDS.forEach((name, command) -> {
      if (name.equals(first) || !COMMANDS.containsKey(first)) {
        line.addSubcommand(name, command);
      }
    });
    line.setExecutionExceptionHandler(Main::explain);
    return line;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "which command? See --help");
  }

  /// Expected failures are one line; anything else is a bug and keeps its stack trace.
  private static int explain(Exception failure, CommandLine line, CommandLine.ParseResult arguments)
      throws Exception {
    if (failure instanceof CommandFailure expected) {
      PrintWriter err = line.getErr();
      err.println(line.getColorScheme().errorText("sketchstream: " + expected.getMessage()));
      err.flush();
      return expected.exitCode();
    }
    throw failure;
  }
}
