package io.sketchstream.training.runs;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.Generation;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.training.data.FilePictureReader;
import io.sketchstream.training.rollout.Rollout;
import io.sketchstream.training.train.TrainingConfig;
import io.sketchstream.training.train.TrainingData;
import io.sketchstream.training.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/// One run, from the snapshot to the rollout. Everything it does is on disk and done again from
/// there: the dataset, the checkpoints, the finished trainings.
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
  /// @param generation that it made; empty when it came not so far
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

  /// Does all that is not done yet.
  ///
  /// @throws InterruptedException when stopped; the run can go on from its checkpoint
  /// @throws io.sketchstream.training.data.DatasetException when there is too little to learn from
  Outcome execute() throws IOException, BrokenModelException, InterruptedException {
    DiskSpace.require(Files.createDirectories(training()), options.dataset().diskFreeMin());
    Snapshot snapshot = new Snapshot(run.getSnapshotList());
    LabelledDataset dataset = dataset(snapshot);
    HoldOut split =
        HoldOut.of(
            dataset.pictures(),
            options.heldOut().share(),
            options.heldOut().classesMin(),
            options.heldOut().queriesMin());
    ModelArtifact candidate = train(split);
    ModelArtifact active = opponent(candidate);
    Gate gate = new Gate(options.gate());
    int pictures = gate.pictures(split.heldOut());
    Comparison result =
        gate.compare(
            active, candidate, split.heldOut(), n -> progress.at("evaluate", n, 2L * pictures));
    ModelArtifact model = store(candidate, split, dataset, snapshot, result);
    return handOver(model, split, dataset, snapshot, result);
  }

  private LabelledDataset dataset(Snapshot snapshot) throws IOException {
    Path data = directory.resolve("data");
    Optional<LabelledDataset> before = LabelledDataset.find(data, snapshot);
    return before.isPresent()
        ? before.get()
        : new DatasetBuilder(topics, options.dataset(), data)
            .build(snapshot, (done, total) -> progress.at("dataset", done, total));
  }

  private ModelArtifact train(HoldOut split)
      throws IOException, BrokenModelException, InterruptedException {
    Path start = directory.resolve("base.safetensors");
    if (!Files.exists(start)) {
      base.weights().write(start, Weights.Storage.FP32);
    }
    var runOptions =
        new TrainingRun.Options(
            training(),
            Optional.of(start),
            options.learning().teacher(),
            options.learning().checkpointEvery(),
            0,
            true,
            command());
    TrainingConfig fitted = RunRecipe.fitted(config, split.training().pairedClasses().size());
    return new TrainingRun(
            fitted, new TrainingData(split.training(), new TreeMap<>()), runOptions, progress)
        .run();
  }

  private String command() {
    return "POST /v1/training/runs (run " + run.getRunId() + ")";
  }

  /// What is served now; what the run began with where that is its own model already.
  private ModelArtifact opponent(ModelArtifact candidate) throws BrokenModelException {
    Generation active = rollout.active().orElse(base.generation());
    return active.equals(candidate.generation()) || active.equals(base.generation())
        ? base
        : rollout.artifact(active);
  }

  /// The model with the numbers of the gate, the snapshot and what was held out in its manifest.
  private ModelArtifact store(
      ModelArtifact candidate,
      HoldOut split,
      LabelledDataset dataset,
      Snapshot snapshot,
      Comparison result)
      throws IOException, BrokenModelException {
    var trained = candidate.manifest().orElseThrow();
    Map<String, String> recipe = new LinkedHashMap<>(trained.recipe());
    recipe.put("base", base.generation().id());
    recipe.put("run", run.getRunId());
    if (split.byClass()) {
      recipe.put(Rollout.HELD_OUT_SHARE, Double.toString(options.heldOut().share()));
    }
    snapshot.describe().forEach((name, offset) -> recipe.put("snapshot." + name, offset));
    return ModelArtifact.write(
        directory.resolve("model"),
        candidate.network(),
        candidate.weights(),
        Weights.Storage.FP16,
        candidate.inputSize(),
        new ModelArtifact.Origin(
            trained.seed(), dataset.pictures().fingerprint(), result.metrics(), recipe, command()));
  }

  private Outcome handOver(
      ModelArtifact model,
      HoldOut split,
      LabelledDataset dataset,
      Snapshot snapshot,
      Comparison result)
      throws IOException, BrokenModelException, InterruptedException {
    progress.at("register", 0, 1);
    GateReport.of(run.getRunId(), split, dataset, snapshot, result).write(model.directory());
    new ComparisonSheet(result, new FilePictureReader())
        .write(model.directory().resolve(GateReport.PICTURE));
    String reason = "run " + run.getRunId() + ": " + result.verdict();
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
            result.verdict());
      } catch (IllegalStateException e) {
        if (attempt == HAND_OVERS_MAX) {
          throw e;
        }
        LOG.warnf("the rollout does not take %s yet: %s", model.generation(), e.getMessage());
        Thread.sleep(HAND_OVER_PAUSE_MILLIS);
      }
    }
  }
}
