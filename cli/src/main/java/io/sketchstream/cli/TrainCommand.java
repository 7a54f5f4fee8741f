package io.sketchstream.cli;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.train.Ablation;
import io.sketchstream.trainer.train.DivergedException;
import io.sketchstream.trainer.train.TrainingConfig;
import io.sketchstream.trainer.train.TrainingData;
import io.sketchstream.trainer.train.TrainingRun;
import io.sketchstream.trainer.train.TrainingRunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `train`: trains a model from photos and sketches, in this process.
@Command(
    name = "train",
    description = {
      "Train a model that embeds sketches close to photos of their class, also for classes that it"
          + " has never seen.",
      "",
      "Photos and sketches are in one folder per class, with the same name for both. Classes of"
          + " all splits but `train` are only for evaluation; without --labels, an eighth of the"
          + " classes is held out. Without --sketches, contours of the photos are used instead."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sketchstream train --photos photos --sketches sketches --labels splits.json \\",
      "    --weights mobilenet_v2/model.safetensors --teacher mobilenet_v1_075 --out my-model",
      "  sketchstream train --recipe tursun2022 --published sketchy-2 --root Sketchy \\",
      "    --weights resnet50/model.safetensors --out tursun2022"
    })
final class TrainCommand implements Callable<Integer> {

  @Mixin private TrainingFolders folders;

  @Mixin private PublishedOption published;

  @Mixin private TrainingRecipe recipe;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Pretrained weights of the network (safetensors); without them, from scratch.")
  private Optional<Path> weights;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description =
          "Directory of an ImageNet classifier, with its model.safetensors and reference.json"
              + " (default: --weights itself, with its own classifier).")
  private Optional<Path> teacher;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Directory for the model, its log, its checkpoints and its figures.")
  private Path out;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "30s",
      paramLabel = "TIME",
      converter = Durations.Converter.class,
      description =
          "Time between checkpoints, such as 30s or 5m; 0: only when it is stopped (default"
              + " ${DEFAULT-VALUE}).")
  private Duration checkpointEvery;

  @Option(
      names = "--validate-every",
      defaultValue = "0",
      paramLabel = "N",
      description = "Iterations between evaluations; 0, the default, evaluates only at the end.")
  private int validateEvery;

  @Option(names = "--resume", description = "Continue from the checkpoint in --out.")
  private boolean resume;

  @Option(
      names = "--ablation",
      paramLabel = "SEEDS",
      description =
          "Train with each objective disabled in turn, with this many seeds, and print a table.")
  private Optional<Integer> ablation;

  @Mixin private ProcessorOptions processor;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    processor.startForTraining();
    TrainingLine progress = new TrainingLine(spec.commandLine().getErr());
    try (StopSignal _ = new StopSignal()) {
      TrainingConfig config = recipe.config();
      TrainingData data =
          published.dataset().isPresent()
              ? TrainingData.read(published.dataset().get(), published.root())
              : folders.read(config.seed());
      data.summary().forEach(spec.commandLine().getErr()::println);
      var options =
          new TrainingRunOptions(
              out,
              weights,
              teacher,
              checkpointEvery,
              validateEvery,
              resume,
              command(spec.commandLine().getParseResult().originalArgs()));
      if (ablation.isPresent()) {
        var table = new Ablation(config, data, options, progress).run(ablation.get());
        spec.commandLine().getOut().print(table);
        spec.commandLine().getOut().flush();
        return 0;
      }
      ModelArtifact model = new TrainingRun(config, data, options, progress).run();
      spec.commandLine().getOut().println("generation " + model.generation() + " is in " + out);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (InterruptedException | CancellationException _) {
      throw new CommandFailure("stopped; the same command with --resume continues", Main.STOPPED);
    } catch (DatasetException
        | DivergedException
        | BrokenModelException
        | IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  /// The command that reproduces the model, for its manifest.
  ///
  /// @param arguments of the program, the name of this command first
  static String command(List<String> arguments) {
    List<String> repeatable = arguments.stream().filter(word -> !word.equals("--resume")).toList();
    return "./sketchstream " + String.join(" ", repeatable);
  }
}
