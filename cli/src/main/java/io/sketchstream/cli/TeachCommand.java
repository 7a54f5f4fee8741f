package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `teach`: trains a model from folders of classes.
@Command(
    name = "teach",
    description = {
      "Teach the model your own classes: import, label, train, compare.",
      "",
      "DIR has a folder for each class, with photos and drawings (pictures, SVG, strokes as *.json"
          + " or *.ndjson) in it. They are distinguished by their content, or explicitly by the"
          + " folders DIR/photos/CLASS and DIR/sketches/CLASS. For classes without drawings,"
          + " contours of their photos are used. Photos that are not in the gallery are imported."
          + " The trained model is rolled out if it is better. A repeated command adds only what is"
          + " new."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream teach my-classes/ --dry-run   show what would be used",
      "  sketchstream teach my-classes/"
    })
final class TeachCommand implements Callable<Integer> {
  private static final int CONCURRENCY = 8;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "DIR", description = "A folder for each class.")
  private Path folder;

  @Mixin private RunSettings settings;

  @Option(names = "--dry-run", description = "Only show the classes, photos and drawings found.")
  private boolean dryRun;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    TeachingFolder examples = TeachingFolder.read(folder);
    examples.print(out);
    try (Server open = server.open()) {
      if (dryRun) {
        lackWhereKnown(open, examples).ifPresent(out::println);
        out.flush();
        return 0;
      }
      lack(open, examples)
          .ifPresent(reason -> {
            throw new CommandFailure(folder + ": " + reason);
          });
      ImportReport report =
          new GalleryImport(open, CONCURRENCY, spec.commandLine().getErr()).run(examples.photos());
      boolean searchable =
          new SearchableWait(open, spec.commandLine().getErr())
              .await("making them searchable", report.positions());
      ImportCommand.print(report, out);
      int exitCode = ImportCommand.exitCode(report, searchable);
      if (exitCode == Main.FAILED) {
        return exitCode;
      }
      out.println(label(open, examples));
      int trained = RunWatch.start(open, spec.commandLine(), settings.body());
      return trained == 0 ? exitCode : trained;
    }
  }

  /// A dry run works without a server, too.
  private static Optional<String> lackWhereKnown(Server open, TeachingFolder examples) {
    try {
      return lack(open, examples);
    } catch (CommandFailure _) {
      return Optional.empty();
    }
  }

  /// What training needs beyond the folder and the labels that the server has; empty if nothing.
  private static Optional<String> lack(Server open, TeachingFolder examples) {
    JsonNode labelled = Server.expectJson(open.get("/v1/training/labels", Map.of()));
    int photosMin = labelled.path("needs").path("examplesMin").asInt();
    int classesMin = labelled.path("needs").path("classesMin").asInt();
    Set<String> usable = new HashSet<>();
    labelled
        .path("classes")
        .forEach(each -> {
          if (each.path("photos").asInt() >= photosMin) {
            usable.add(each.path("name").asText());
          }
        });
    examples
        .classes()
        .forEach((name, files) -> {
          if (files.photos().size() >= photosMin) {
            usable.add(name);
          }
        });
    return usable.size() >= classesMin
        ? Optional.empty()
        : Optional.of(
            "training needs %d classes with at least %d photos each; there are %d, with those labelled before"
                .formatted(classesMin, photosMin, usable.size()));
  }

  private String label(Server open, TeachingFolder examples) {
    LabelSender labels =
        new LabelSender(
            open, spec.commandLine().getErr(), System.getProperty("user.name", ""), false);
    try {
      for (Map.Entry<String, TeachingFolder.Examples> each : examples.classes().entrySet()) {
        for (Path photo : each.getValue().photos()) {
          labels.image(photo, each.getKey());
        }
        for (Path drawing : each.getValue().drawings()) {
          labels.sketch(drawing, each.getKey());
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("can't read " + Reasons.withFile(e));
    }
    labels.flush();
    return labels.summary();
  }
}
