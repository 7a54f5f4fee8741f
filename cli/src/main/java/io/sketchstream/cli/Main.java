package io.sketchstream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `sketchstream` command. Each subcommand is a class of its own.
@Command(
    name = "sketchstream",
    description = "Draw what you are looking for; get the photos that match.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed completely or in part; the message says what",
      "2:the command line is not valid",
      "3:no server answers at the given address",
      "4:done, but some images were rejected or left out (import, demo)"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream up                         start everything on this machine",
      "  sketchstream import ~/Pictures          import a folder of photos",
      "  sketchstream search house.png           find photos that look like a drawing",
      "  sketchstream COMMAND --help             options and examples of a command"
    })
public final class Main implements Callable<Integer> {
  /// Every command of this program, in the order of the help.
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("import", ImportCommand.class);
    COMMANDS.put("list", ListCommand.class);
    COMMANDS.put("search", SearchCommand.class);
    COMMANDS.put("similar", SimilarCommand.class);
    COMMANDS.put("watch", WatchCommand.class);
    COMMANDS.put("get", GetCommand.class);
    COMMANDS.put("delete", DeleteCommand.class);
    COMMANDS.put("export", ExportCommand.class);
    COMMANDS.put("backup", BackupCommand.class);
    COMMANDS.put("restore", RestoreCommand.class);
    COMMANDS.put("status", StatusCommand.class);
    COMMANDS.put("open", OpenCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("label", LabelCommand.class);
    COMMANDS.put("teach", TeachCommand.class);
    COMMANDS.put("models", ModelsCommand.class);
    COMMANDS.put("train", TrainCommand.class);
    COMMANDS.put("evaluate", EvaluateCommand.class);
    COMMANDS.put("calibrate", CalibrateCommand.class);
    COMMANDS.put("knowledge", KnowledgeCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
  }

  static final int FAILED = 1;
  static final int UNREACHABLE = 3;
  static final int INCOMPLETE = 4;

  /// As shells report Ctrl-C.
  static final int STOPPED = 130;

  private static final int SUGGESTIONS_MAX = 3;

  @Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    Locale.setDefault(Locale.ROOT);
    System.exit(commandLine(arguments).execute(arguments));
  }

  /// Builds the command line. When the command is known, only that one is registered: reading the
  /// annotations of all takes longer than a search.
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new Main());
    String first = arguments.length == 0 ? "" : arguments[0];
    boolean all = !COMMANDS.containsKey(first) || first.equals("completion");
    COMMANDS.forEach((name, command) -> {
      if (all || name.equals(first)) {
        line.addSubcommand(name, command);
      }
    });
    line.setExecutionExceptionHandler(Main::explain);
    line.setParameterExceptionHandler(Main::refuse);
    return line;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "no command was given; see --help");
  }

  /// Prints what is wrong, suggestions, and where the help is. The help itself would scroll the
  /// message out of sight.
  private static int refuse(ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    err.println(line.getColorScheme().errorText(wrong.getMessage()));
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      err.println(
          "Did you mean: "
              + unmatched.getSuggestions().stream()
                  .limit(SUGGESTIONS_MAX)
                  .collect(Collectors.joining(", ")));
    }
    err.println("See: " + line.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  /// Expected failures, and those of files and connections, are one line; anything else is a bug
  /// and keeps its stack trace.
  private static int explain(Exception failure, CommandLine line, CommandLine.ParseResult arguments)
      throws Exception {
    CommandFailure expected =
        switch (failure) {
          case CommandFailure own -> own;
          case InterruptedException _ -> new CommandFailure("stopped", STOPPED);
          case IOException e -> new CommandFailure(Reasons.withFile(e));
          case UncheckedIOException e -> new CommandFailure(Reasons.withFile(e.getCause()));
          default -> throw failure;
        };
    PrintWriter err = line.getErr();
    err.println(line.getColorScheme().errorText("sketchstream: " + expected.getMessage()));
    err.flush();
    return expected.exitCode();
  }

  /// The version of the jar; there is none where classes are run from a folder.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"sketchstream " + (version == null ? "(not packaged)" : version)};
    }
  }
}
