package io.sketchstream.training.runs;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.SketchBank;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.Generation;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.train.Retained;
import io.sketchstream.trainer.train.TrainingConfig;
import io.sketchstream.trainer.train.TrainingData;
import io.sketchstream.trainer.train.TrainingRun;
import io.sketchstream.trainer.train.TrainingRunOptions;
import io.sketchstream.training.labels.DatasetBuilder;
import io.sketchstream.training.labels.DiskSpace;
import io.sketchstream.training.labels.LabelledDataset;
import io.sketchstream.training.labels.TopicReader;
import io.sketchstream.training.labels.TopicSnapshot;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.rollout.Rollout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/// One run, from the snapshot to the rollout. Each step leaves its result on disk and is resumed
/// from there: the dataset, the checkpoints, the finished trainings, the model.
///
/// ```
/// snapshot ──> dataset ──> train ──> gate ──> rollout: REGISTERED or REJECTED
/// ```
///
/// **Threads:** one, which an interrupt stops with a checkpoint.
final class TrainingJob {
  private static final Logger LOG = Logger.getLogger(TrainingJob.class);
  private static final int HAND_OVERS_MAX = 30;
  private static final long HAND_OVER_PAUSE_MILLIS = 1000;

  private final TrainingRunChanged run;
  private final Path directory;
  private final RunOptions options;
  private final TopicReader topics;
  private final Rollout rollout;
  private final ModelArtifact base;
  private final TrainingConfig config;
  private final RunProgress progress;

  /// How a run ended.
  ///
  /// @param generation that it made; empty when it made none
  record Outcome(
      TrainingRunState state, String generation, Map<String, Double> metrics, String reason) {}

  /// @throws IllegalArgumentException when a setting is not valid
  TrainingJob(
      TrainingRunChanged run,
      RunOptions options,
      TopicReader topics,
      Rollout rollout,
      ModelArtifact base) {
    this.run = run;
    this.directory = options.home().resolve(run.getRunId());
    this.options = options;
    this.topics = topics;
    this.rollout = rollout;
    this.base = base;
    this.config = RunRecipe.of(base, options.learning(), run.getOverridesMap());
    this.progress = new RunProgress(training(), config.runs());
  }

  RunProgress.Status progress() {
    return progress.status();
  }

  private Path training() {
    return directory.resolve("training");
  }

  /// Does everything that is not done yet.
  ///
  /// @throws InterruptedException when stopped; the run can be resumed from its checkpoint
  /// @throws io.sketchstream.trainer.data.DatasetException when there is too little to learn from
  Outcome execute() throws IOException, BrokenModelException, InterruptedException {
    DiskSpace.require(Files.createDirectories(training()), options.dataset().diskFreeMin());
    TopicSnapshot snapshot = new TopicSnapshot(run.getSnapshotList());
    LabelledDataset dataset = dataset(snapshot);
    TrainingSplit split = TrainingSplit.of(dataset.pictures(), options.heldOut());
    ModelArtifact candidate = train(split, dataset.replay());
    ModelArtifact active = opponent(candidate);
    Gate gate = new Gate(options.gate(), split.heldOut(), dataset.canary());
    Comparison result =
        gate.compare(active, candidate, n -> progress.at("evaluate", n, 2L * gate.pictures()));
    ModelArtifact model = described(candidate, dataset, snapshot, result);
    if (result.passed()) {
      model = Recalibration.of(base, model, split.training(), progress::at);
    }
    return handOver(model, dataset, snapshot, result);
  }

  private LabelledDataset dataset(TopicSnapshot snapshot) throws IOException {
    Path data = directory.resolve("data");
    Optional<LabelledDataset> before = LabelledDataset.find(data, snapshot);
    return before.isPresent()
        ? before.get()
        : new DatasetBuilder(topics, options.dataset(), data)
            .build(snapshot, (done, total) -> progress.at("dataset", done, total));
  }

  /// @param replay unlabelled images, whose embeddings should stay as in the base
  private ModelArtifact train(TrainingSplit split, List<Path> replay)
      throws IOException, BrokenModelException, InterruptedException {
    Path start = directory.resolve("base.safetensors");
    if (!Files.exists(start)) {
      base.weights().write(start, Weights.Storage.FP32);
    }
    var runOptions =
        new TrainingRunOptions(
            training(),
            Optional.of(start),
            options.learning().teacher(),
            options.learning().checkpointEvery(),
            0,
            true,
            command());
    TrainingConfig fitted = RunRecipe.fitted(config, split.training().pairedClasses().size());
    TrainingData data =
        new TrainingData(split.training(), new TreeMap<>())
            .retaining(
                new Retained(
                    replay.stream().map(file -> new Example(file, "", Domain.PHOTO)).toList(),
                    sketchBank(),
                    base.knowledge()));
    return new TrainingRun(fitted, data, runOptions, progress).run();
  }

  /// The image bank of the base: a bank of the labelled classes alone would treat their photos as
  /// hubs.
  private Optional<Tensor> sketchBank() throws BrokenModelException {
    return Weights.read(base.directory().resolve(ModelArtifact.WEIGHTS)).find(SketchBank.TENSOR);
  }

  private String command() {
    return "POST /v1/training/runs (run " + run.getRunId() + ")";
  }

  /// The active generation; the run's base when the candidate itself is active already.
  private ModelArtifact opponent(ModelArtifact candidate) throws BrokenModelException {
    Generation active = rollout.active().orElse(base.generation());
    return active.equals(candidate.generation()) || active.equals(base.generation())
        ? base
        : rollout.artifact(active);
  }

  /// The model with the figures of the gate, the snapshot and the hold-out in its manifest.
  private ModelArtifact described(
      ModelArtifact candidate, LabelledDataset dataset, TopicSnapshot snapshot, Comparison result)
      throws IOException, BrokenModelException {
    var trained = candidate.manifest().orElseThrow();
    Map<String, String> recipe = new LinkedHashMap<>(trained.recipe());
    recipe.put("base", base.generation().id());
    recipe.put("run", run.getRunId());
    recipe.put(Rollout.HELD_OUT_SHARE, Double.toString(options.heldOut().rule().share()));
    snapshot.describe().forEach((name, offset) -> recipe.put("snapshot." + name, offset));
    return candidate.described(
        new ModelManifest.Origin(
            trained.seed(), dataset.pictures().fingerprint(), result.metrics(), recipe, command()));
  }

  private Outcome handOver(
      ModelArtifact model, LabelledDataset dataset, TopicSnapshot snapshot, Comparison result)
      throws IOException, BrokenModelException, InterruptedException {
    progress.at("register", 0, 1);
    GateReport.of(run.getRunId(), dataset, snapshot, result).write(model.directory());
    new ComparisonSheet(
            result, new FilePictureReader(model.input().photos(), model.input().sketches()))
        .write(model.directory().resolve(GateReport.PICTURE));
    String reason = result.verdict() + ", by " + run.getRunId();
    for (int attempt = 1; ; attempt++) {
      try {
        Generation generation =
            result.passed()
                ? rollout.offer(model.directory(), result.metrics(), reason)
                : rollout.reject(model.directory(), result.metrics(), reason);
        return new Outcome(
            result.passed() ? TrainingRunState.PROMOTED : TrainingRunState.NOT_BETTER,
            generation.id(),
            result.metrics(),
            result.verdict() + (result.passed() ? ". It is rolled out." : ". Nothing changes."));
      } catch (CommandRefusedException | IllegalStateException e) {
        if (attempt == HAND_OVERS_MAX) {
          throw e;
        }
        LOG.warnf("the rollout does not accept %s yet: %s", model.generation(), e.getMessage());
        Thread.sleep(HAND_OVER_PAUSE_MILLIS);
      }
    }
  }
}
