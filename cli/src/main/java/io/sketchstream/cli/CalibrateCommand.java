package io.sketchstream.cli;

import io.sketchstream.encoder.Calibrator;
import io.sketchstream.encoder.Int8Calibration;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.ClassSplits;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.evaluate.CalibrationPictures;
import io.sketchstream.trainer.train.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `calibrate`: makes a model ready for int8, in this process.
@Command(
    name = "calibrate",
    description = {
      "Prepare a model to run in int8.",
      "",
      "Runs the network on photos and sketches, and chooses for int8 as many convolutions as"
          + " possible while .97 of the ten nearest pictures of a picture stay the same. Writes the"
          + " result into the model's manifest.json. It stays the same model: stored vectors remain"
          + " valid."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  sketchstream calibrate --model my-model --photos photos --sketches sketches",
    })
final class CalibrateCommand implements Callable<Integer> {
  @Option(names = "--model", paramLabel = "DIR", required = true, description = "The model.")
  private Path model;

  @Mixin private TrainingFolders folders;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "160",
      description =
          "Number of pictures, half of them photos, spread over all classes, or over the training"
              + " classes of --labels (default ${DEFAULT-VALUE}). Half of them serve to verify.")
  private int pictures;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (pictures < Calibrator.PICTURES_MIN) {
      throw new CommandFailure(
          "calibrate needs --pictures " + Calibrator.PICTURES_MIN + " or more");
    }
    TrainingLine progress = new TrainingLine(spec.commandLine().getErr());
    try {
      ModelArtifact artifact = ModelArtifact.load(model);
      if (artifact.manifest().isEmpty()) {
        throw new CommandFailure(model + " is a bare trunk: it has no manifest for the result");
      }
      Int8Calibration calibration =
          Calibrator.calibrate(artifact, read(artifact), progress::phase)
              .orElseThrow(() ->
                  new CommandFailure(
                      "no convolution of this model can be int8: the ten nearest would change"));
      artifact.calibrated(calibration);
      print(calibration, artifact.network().convolutions().size());
    } catch (DatasetException | BrokenModelException e) {
      throw new CommandFailure(e.getMessage());
    }
    return 0;
  }

  private void print(Int8Calibration calibration, int all) {
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "int8: %d of %d convolutions; on %d other pictures lowest cosine %.4f and top-10 overlap"
                + " %.3f against fp32%n",
            calibration.convolutions().size(),
            all,
            calibration.pictures(),
            calibration.cosine(),
            calibration.overlap());
    spec.commandLine().getOut().flush();
  }

  private List<PreparedImage> read(ModelArtifact model) {
    folders.requireGiven();
    Optional<Set<String>> classes =
        folders.labels().map(file -> ClassSplits.read(file).classes(TrainingData.TRAIN));
    LabelledPictures all = LabelledPictures.read(folders.photos(), folders.sketches(), classes);
    List<Example> mixed = CalibrationPictures.of(all, pictures);
    if (mixed.size() < Calibrator.PICTURES_MIN) {
      throw new CommandFailure(
          "there are %d photos and %d sketches; at least %d pictures are needed, half of each"
              .formatted(all.photos().size(), all.sketches().size(), Calibrator.PICTURES_MIN));
    }
    return CalibrationPictures.read(mixed, model);
  }
}
