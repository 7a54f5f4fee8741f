package io.sketchstream.cli;

import io.sketchstream.training.data.ClassSplits;
import io.sketchstream.training.train.TrainingData;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options that say where labelled pictures are.
final class TrainingFolders {
  @Option(
      names = "--photos",
      paramLabel = "DIR",
      description = "Photos, one folder a class. May be given more than once.")
  private List<Path> photos = List.of();

  @Option(
      names = "--sketches",
      paramLabel = "DIR",
      description = "Sketches, one folder a class. May be given more than once.")
  private List<Path> sketches = List.of();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Classes by split: {\"train\": [\"ant\", ...], \"val\": [...]}, or {\"classes\": {\"ant\":"
              + " {\"split\": \"train\"}, ...}}.")
  private Optional<Path> labels;

  TrainingData read(long seed) {
    requireGiven();
    return labels.isPresent()
        ? TrainingData.read(photos, sketches, ClassSplits.read(labels.get()))
        : TrainingData.read(photos, sketches, seed);
  }

  /// @throws CommandFailure when a folder was not given
  void requireGiven() {
    if (photos.isEmpty() || sketches.isEmpty()) {
      throw new CommandFailure("name the folders: --photos DIR and --sketches DIR");
    }
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
