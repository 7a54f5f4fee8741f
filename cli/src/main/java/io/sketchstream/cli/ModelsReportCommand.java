package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `models report`: compares a trained model with the one before it.
@Command(
    name = "report",
    description = "Show how a trained model compares with the one that was active.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class ModelsReportCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Parameters(paramLabel = "GENERATION")
  private String generation;

  @Option(
      names = "--sheet",
      paramLabel = "PNG",
      description = "Also save a picture of some sketches with their hits before and after.")
  private Path sheet;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (Server open = server.open()) {
      out.print(new String(body(text(open, generation)), UTF_8));
      if (sheet != null) {
        Files.write(sheet, body(open.get(path(generation) + ".png", Map.of())));
        out.println("sheet: " + sheet.toAbsolutePath().normalize());
      }
      out.flush();
      return 0;
    }
  }

  /// Asks for the report of a generation.
  static Server.Answer text(Server server, String generation) {
    return server.get(path(generation), Map.of());
  }

  private static String path(String generation) {
    return "/v1/models/" + Server.encode(generation) + "/report";
  }

  private static byte[] body(Server.Answer answer) {
    if (!answer.ok()) {
      throw new CommandFailure(answer.problem());
    }
    return answer.body();
  }
}
