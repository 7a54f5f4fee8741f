package io.sketchstream.cli;

import io.sketchstream.trainer.data.ClassSplits;
import io.sketchstream.trainer.data.PublishedDataset;
import io.sketchstream.trainer.data.WideDataset;
import io.sketchstream.trainer.train.TrainingData;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// Options that say where labelled pictures are.
final class TrainingFolders {
  @Option(
      names = "--photos",
      paramLabel = "DIR",
      description = "Photos, one folder per class; can be repeated.")
  private List<Path> photos = List.of();

  @Option(
      names = "--sketches",
      paramLabel = "DIR",
      description = "Sketches, one folder per class; can be repeated.")
  private List<Path> sketches = List.of();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Classes by split: {\"train\": [\"ant\", ...], \"val\": [...]}, or {\"classes\":"
              + " {\"ant\": {\"split\": \"train\"}, ...}}.")
  private Optional<Path> labels;

  @Option(
      names = "--wide",
      paramLabel = "DIR",
      description =
          "A mixed dataset instead of --photos, --sketches and --labels: photos, photos-64px and"
              + " sketches, each with one folder per class and each optional for a class, and"
              + " splits.json.")
  private Optional<Path> wide;

  @Option(
      names = "--more-sketches",
      paramLabel = "DIR",
      description = "With --wide: more sketches of its training classes, one folder per class.")
  private List<Path> moreSketches = List.of();

  @Option(
      names = "--drawings",
      paramLabel = "DIR",
      description =
          "With --wide: Quick, Draw! drawings, one file <word>.ndjson per word;"
              + " quickdraw-concepts.json of --wide gives the class of each word.")
  private Optional<Path> drawings;

  @Option(
      names = "--words",
      paramLabel = "FILE",
      description =
          "With --drawings: words and their names in ImageNet, {\"canoe\": [\"canoe\"], ...}, to"
              + " train without photos.")
  private Optional<Path> words;

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      description =
          "With --words: the classes of ImageNet, [{\"index\": 0, \"name\": \"tench, Tinca"
              + " tinca\"}, ...].")
  private Optional<Path> classNames;

  /// @throws CommandFailure when a folder was not given
  TrainingData read(long seed) {
    if (wide.isPresent()) {
      return TrainingData.read(wideDataset());
    }
    if (photos.isEmpty()) {
      throw new CommandFailure("give the folders: --photos DIR and --sketches DIR, or --wide DIR");
    }
    if (labels.isEmpty()) {
      refuseLeak();
    }
    return labels.isPresent()
        ? TrainingData.read(photos, sketches, ClassSplits.read(labels.get()))
        : TrainingData.read(photos, sketches, seed);
  }

  /// A model trained on all classes of a published dataset could not be evaluated.
  private void refuseLeak() {
    for (Path folder : Stream.concat(photos.stream(), sketches.stream()).toList()) {
      PublishedDataset.ofFolder(folder)
          .ifPresent(dataset -> {
            throw new CommandFailure(
                "%s looks like a release of %s, and its unseen classes would be trained on: use"
                        .formatted(folder, dataset.family())
                    + " --published %s --root DIR, or say by --labels which classes to train on"
                        .formatted(dataset.label()));
          });
    }
  }

  private WideDataset wideDataset() {
    return new WideDataset(
        new WideDataset.Folders(wide.orElseThrow(), drawings, words, classNames, moreSketches));
  }

  /// @throws CommandFailure when a folder was not given
  void requireGiven() {
    if (photos.isEmpty() || sketches.isEmpty()) {
      throw new CommandFailure("give the folders: --photos DIR and --sketches DIR, or --wide DIR");
    }
  }

  boolean isWide() {
    return wide.isPresent();
  }

  Optional<Path> drawings() {
    return drawings;
  }

  List<Path> photos() {
    return photos;
  }

  List<Path> sketches() {
    return sketches;
  }

  Optional<Path> labels() {
    return labels;
  }
}
