package io.sketchstream.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.ClassSplits;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PublishedDataset;
import io.sketchstream.trainer.data.WideDataset;
import io.sketchstream.trainer.evaluate.ModelEvaluation;
import io.sketchstream.trainer.evaluate.OpenWorldReport;
import io.sketchstream.trainer.evaluate.RetrievalReport;
import io.sketchstream.trainer.train.TrainingData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `evaluate`: the published measures of a model, in this process.
@Command(
    name = "evaluate",
    description = {
      "Measure how well sketches find photos of their class.",
      "",
      "Every sketch of a split is searched among all its photos. mAP@200 is printed strictly"
          + " (mAP@200s, divided by min(R, 200)) and leniently (mAP@200l, divided by the right hits"
          + " found). For equal similarities, the expected value over all orders is used."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream evaluate --model my-model --photos photos --sketches sketches",
      "  sketchstream evaluate --model my-model --photos photos --sketches sketches \\",
      "    --labels splits.json --split val --generalised --picture hits.png"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private TrainingFolders folders;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The model's directory (default: the model that ships with Sketchstream).")
  private Optional<Path> model;

  @Mixin private PublishedOption published;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "Split of --labels whose classes to evaluate on; can be repeated (default: all splits but"
              + " train).")
  private List<String> wanted = List.of();

  @Option(
      names = "--open-world",
      paramLabel = "FILE",
      description =
          "Search drawings of everyday words among pictures of many kinds, in place of a split:"
              + " words and the names that are right answers, {\"canoe\": [\"canoe\"], ...}. Only"
              + " drawings that training never sees are searched.")
  private Optional<Path> openWorld;

  @Option(
      names = "--gallery",
      paramLabel = "DIR",
      description =
          "Pictures for --open-world, <index>-<id>_<name>.jpg (default: gallery-1000 beside it);"
              + " its drawings are in --drawings (default: quickdraw beside it).")
  private Optional<Path> gallery;

  @Option(names = "--generalised", description = "Search among the photos of the train split too.")
  private boolean generalised;

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Draw queries and their first hits into a PNG, right hits framed green.")
  private Optional<Path> picture;

  @Option(
      names = "--precision",
      defaultValue = "AUTO",
      description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  private EncoderOptions.Precision precision;

  @Mixin private ProcessorOptions processor;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    TrainingLine progress = new TrainingLine(spec.commandLine().getErr());
    SortedMap<String, RetrievalReport> reports = new TreeMap<>();
    try (StopSignal _ = new StopSignal()) {
      var evaluation =
          new ModelEvaluation(
              model.isPresent() ? ModelArtifact.load(model.get()) : DefaultModel.artifact(),
              processor.encoder(precision));
      if (openWorld.isPresent()) {
        WideDataset.OpenWorld world = world();
        print(evaluation.evaluate(world, n -> progress.phase("embed", n, world.pictures())));
        return 0;
      }
      SortedMap<String, Classes> splits = splits();
      for (Map.Entry<String, Classes> entry : splits.entrySet()) {
        var measure =
            new ModelEvaluation.Wanted(
                entry.getValue().unseen(),
                entry.getValue().seen(),
                generalised && entry.getValue().seen().isPresent(),
                picture.map(file -> pictureOf(file, entry.getKey(), splits.size())));
        reports.put(
            entry.getKey(),
            evaluation.evaluate(
                measure, n -> progress.phase("embed " + entry.getKey(), n, measure.pictures())));
      }
    } catch (CancellationException _) {
      throw new CommandFailure("stopped");
    } catch (DatasetException | BrokenModelException e) {
      throw new CommandFailure(e.getMessage());
    }
    print(reports);
    return 0;
  }

  /// What is searched, and what the model was trained on.
  private record Classes(LabelledPictures unseen, Optional<LabelledPictures> seen) {}

  private SortedMap<String, Classes> splits() {
    if (published.dataset().isPresent()) {
      PublishedDataset dataset = published.dataset().get();
      PublishedDataset.Pictures pictures = dataset.read(published.root());
      return new TreeMap<>(
          Map.of(dataset.label(), new Classes(pictures.unseen(), Optional.of(pictures.seen()))));
    }
    if (folders.isWide()) {
      TrainingData data = folders.read(0);
      SortedMap<String, Classes> splits = new TreeMap<>();
      data.evaluations()
          .forEach((name, pictures) -> {
            if (wanted.isEmpty() || wanted.contains(name)) {
              splits.put(name, new Classes(pictures, Optional.of(data.training())));
            }
          });
      return splits;
    }
    folders.requireGiven();
    if (folders.labels().isEmpty()) {
      return new TreeMap<>(
          Map.of("all", new Classes(pictures(Optional.empty()), Optional.empty())));
    }
    ClassSplits labels = ClassSplits.read(folders.labels().get());
    Optional<LabelledPictures> seen =
        labels.splits().contains(TrainingData.TRAIN)
            ? Optional.of(pictures(Optional.of(labels.classes(TrainingData.TRAIN))))
            : Optional.empty();
    SortedMap<String, Classes> splits = new TreeMap<>();
    List<String> names = wanted.isEmpty() ? labels.splits() : wanted;
    for (String name : names) {
      if (!wanted.isEmpty() || !name.equals(TrainingData.TRAIN)) {
        splits.put(name, new Classes(pictures(Optional.of(labels.classes(name))), seen));
      }
    }
    return splits;
  }

  private LabelledPictures pictures(Optional<Set<String>> classes) {
    LabelledPictures pictures =
        LabelledPictures.read(folders.photos(), folders.sketches(), classes);
    if (pictures.pairedClasses().isEmpty()) {
      throw new DatasetException(
          "no class has photos in %s as well as sketches in %s"
              .formatted(folders.photos(), folders.sketches()));
    }
    return pictures;
  }

  private static Path pictureOf(Path file, String split, int splits) {
    if (splits == 1) {
      return file;
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return file.resolveSibling(stem + "-" + split + ".png");
  }

  private WideDataset.OpenWorld world() {
    Path words = openWorld.orElseThrow().toAbsolutePath();
    return WideDataset.OpenWorld.read(
        words,
        folders.drawings().orElse(words.resolveSibling("quickdraw")),
        gallery.orElse(words.resolveSibling("gallery-1000")));
  }

  private void print(OpenWorldReport report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? new ObjectMapper().writeValueAsString(report) : report.text());
    out.flush();
  }

  private void print(SortedMap<String, RetrievalReport> reports) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectMapper mapper = JsonMapper.builder().addModule(new Jdk8Module()).build();
      out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(reports));
    } else {
      reports.forEach((name, report) -> out.println(name + ": " + report.text()));
    }
    out.flush();
  }
}
