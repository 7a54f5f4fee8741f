package io.sketchstream.cli;

import io.sketchstream.encoder.Int8Calibration;
import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.train.Knowledge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `knowledge`: gives a model the knowledge of a teacher, in this process.
@Command(
    name = "knowledge",
    description = {
      "Let a model keep what a teacher knows, so that training it further preserves that.",
      "",
      "Fits a linear map from the embeddings of photos to a classifier's answers and writes the"
          + " model with it to --out. `train` does this by itself for models that it trains with a"
          + " teacher. Embeddings stay the same, but it counts as another model: stored vectors are"
          + " computed again when it is rolled out."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  sketchstream knowledge --model my-model --teacher efficientnet_lite2 \\",
      "    --photos photos --sketches sketches --out my-model-2"
    })
final class KnowledgeCommand implements Callable<Integer> {
  private static final long SEED = 1;

  @Option(names = "--model", paramLabel = "DIR", required = true, description = "The model.")
  private Path model;

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory of an ImageNet classifier, with its model.safetensors and reference.json.")
  private Path teacher;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory for the model with the knowledge; --model itself is possible.")
  private Path out;

  @Mixin private TrainingFolders folders;

  @Mixin private ProcessorOptions processor;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    processor.startForTraining();
    TrainingLine progress = new TrainingLine(spec.commandLine().getErr());
    try {
      ModelArtifact before = ModelArtifact.load(model);
      ModelManifest manifest =
          before.manifest().orElseThrow(() -> new CommandFailure(model + " is a bare trunk"));
      KnowledgeHead head = Knowledge.of(before, teacher, folders.read(SEED).training(), progress);
      ModelArtifact after = write(before, manifest, head);
      spec.commandLine()
          .getOut()
          .printf(
              "generation %s, with what its teacher knows of %,d classes, is in %s%n",
              after.generation(), head.classes(), out);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (DatasetException | BrokenModelException | IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage());
    }
  }

  private ModelArtifact write(ModelArtifact before, ModelManifest manifest, KnowledgeHead head)
      throws IOException, BrokenModelException {
    Weights stored = Weights.read(before.directory().resolve(ModelArtifact.WEIGHTS));
    ModelArtifact after =
        ModelArtifact.write(
            out,
            before.network(),
            head.in(stored),
            Weights.Storage.FP16,
            before.input(),
            new ModelManifest.Origin(
                manifest.seed(),
                manifest.dataFingerprint(),
                manifest.metrics(),
                manifest.recipe(),
                manifest.command()));
    Optional<Int8Calibration> int8 = manifest.int8();
    return int8.isPresent() ? after.calibrated(int8.get()) : after;
  }
}
