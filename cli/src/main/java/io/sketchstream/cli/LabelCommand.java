package io.sketchstream.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `label`: adds labelled examples for training.
@Command(
    name = "label",
    description = {
      "Add labelled examples for training: the classes of sketches and images.",
      "",
      "DIR has a folder for each class with sketches in it: pictures, SVG, strokes as *.json, or"
          + " *.ndjson with a drawing per line. FILE has a JSON object per line, as POST /v1/labels"
          + " accepts it: {\"imageId\": ..., \"class\": ...} or {\"strokes\": ..., \"class\": ...}."
          + " The same command with --undo withdraws its labels."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream label sketches/",
      "  sketchstream label --images photos/",
      "  sketchstream label --images photos/ --undo",
      "  sketchstream label --file labels.jsonl",
      "  sketchstream label --list",
      "  sketchstream label --feedback house.png --class house --right 1,2,5 --wrong 3"
    })
final class LabelCommand implements Callable<Integer> {
  @Mixin private ServerOption server;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "A folder for each class.")
  private Path folder;

  @Option(names = "--file", paramLabel = "FILE", description = "Labels as JSON lines.")
  private Path file;

  @Option(names = "--images", description = "The files in DIR are imported images, not sketches.")
  private boolean images;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Name of the labeller (default: ${DEFAULT-VALUE}).")
  private String labelledBy = System.getProperty("user.name", "");

  @Option(names = "--undo", description = "Withdraw these labels.")
  private boolean undo;

  @Option(names = "--list", description = "Show how many examples of each class are labelled.")
  private boolean list;

  @CommandLine.ArgGroup(exclusive = false, heading = "%nLabel the hits of a search:%n")
  private SearchLabels feedback;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    long ways =
        Stream.of(folder != null, file != null, list, feedback != null).filter(w -> w).count();
    if (ways != 1) {
      throw new ParameterException(
          spec.commandLine(), "give exactly one of: a folder, --file, --list, --feedback");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Server open = server.open()) {
      if (list) {
        return LabelCounts.print(open, out);
      }
      LabelSender labels = new LabelSender(open, spec.commandLine().getErr(), labelledBy, undo);
      if (feedback != null) {
        feedback.ask(open, spec.commandLine(), labelledBy).forEach(labels::label);
      } else if (file != null) {
        lines(labels);
      } else {
        classes(labels);
      }
      labels.flush();
      out.println(labels.summary());
      out.flush();
      return labels.rejected() == 0 ? 0 : Main.FAILED;
    } catch (IOException e) {
      throw new CommandFailure("can't read " + Reasons.withFile(e));
    } catch (UncheckedIOException e) {
      throw new CommandFailure("can't read " + Reasons.withFile(e.getCause()));
    }
  }

  private void lines(LabelSender labels) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        labels.line(line);
      }
    }
  }

  private void classes(LabelSender labels) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(folder + ": no such folder");
    }
    List<Path> paths;
    try (Stream<Path> files = Files.walk(folder)) {
      paths = files.filter(path -> Files.isRegularFile(path) && !isHidden(path)).sorted().toList();
    }
    List<Path> loose = paths.stream().filter(path -> folder.equals(path.getParent())).toList();
    if (!loose.isEmpty()) {
      throw new CommandFailure(
          "%s is not in the folder of a class; it should be %s"
              .formatted(loose.getFirst(), folder.resolve("CLASS").resolve("FILE")));
    }
    for (Path path : paths) {
      String className = path.getParent().getFileName().toString();
      if (images) {
        labels.image(path, className);
      } else {
        labels.sketch(path, className);
      }
    }
    warnOfPhotos(labels.photos());
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private void warnOfPhotos(List<Path> photos) {
    if (!photos.isEmpty()) {
      spec.commandLine()
          .getErr()
          .printf(
              "%,d files look like photos, the first is %s: they count as sketches. Images of the"
                  + " gallery are labelled with --images; --undo withdraws these labels.%n",
              photos.size(), photos.getFirst());
    }
  }
}
