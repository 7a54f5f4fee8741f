package io.sketchstream.cli;

import io.sketchstream.cli.Server.Answer;
import java.io.IOException;
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

/// `get`: an image of the gallery as a file.
@Command(
    name = "get",
    description = "Save an image of the gallery, as its stored JPEG.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sketchstream get 3f0a... -o photo.jpg", "  sketchstream get 3f0a... -o - | feh -"})
final class GetCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "ID", description = "Id of the image.")
  private String id;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "File to write; - is standard output.")
  private String output;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    try (Server open = server.open()) {
      Answer answer = open.get("/v1/images/" + Server.encode(id), Map.of());
      if (!answer.ok()) {
        throw new CommandFailure(answer.problem());
      }
      if (output.equals(STANDARD_OUTPUT)) {
        System.out.write(answer.body());
        System.out.flush();
      } else {
        Files.write(Path.of(output), answer.body());
        spec.commandLine().getOut().println(output + ": " + answer.body().length + " bytes");
        spec.commandLine().getOut().flush();
      }
      return 0;
    } catch (IOException e) {
      throw new CommandFailure(output + ": can't be written: " + Reasons.of(e));
    }
  }
}
