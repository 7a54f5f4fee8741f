package io.sketchstream.trainer.train;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.ModelManifest;
import io.sketchstream.encoder.SketchBank;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.evaluate.PictureEmbedder;
import io.sketchstream.trainer.evaluate.RetrievalReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;

/// A complete training in one directory: prepares, trains, writes checkpoints, evaluates, and
/// writes a model artifact.
///
/// ```
/// config.json, teacher.safetensors     settings; the teacher's answers
/// start.safetensors                    the initial state of every run
/// checkpoint-*.safetensors, log-*.csv  state of an interrupted run
/// run-*.safetensors, curves-*.png      results of a finished run
/// manifest.json, model.safetensors     the model
/// report.json, report.txt, hits-*.png
/// ```
///
/// **Threads:** one.
public final class TrainingRun {
  private static final String CONFIG = "config.json";

  /// Enough for a covariance; more changes nothing.
  private static final int WHITENED_SKETCHES = 1000;

  private static final int WHITENED_PHOTOS = 3000;

  private static final ObjectMapper JSON = RunValidation.JSON;

  private final TrainingConfig config;
  private final TrainingData data;
  private final TrainingRunOptions options;
  private final TrainingProgress progress;
  private final SharedStart shared;
  private final PictureReader reader;
  private final RunValidation validation;

  public TrainingRun(
      TrainingConfig config,
      TrainingData data,
      TrainingRunOptions options,
      TrainingProgress progress) {
    this(config, data, options, progress, new SharedStart());
  }

  /// @param shared initial states of trainings with the same data and initial weights
  TrainingRun(
      TrainingConfig config,
      TrainingData data,
      TrainingRunOptions options,
      TrainingProgress progress,
      SharedStart shared) {
    this.shared = shared;
    this.config = config;
    this.data = data;
    this.options = options;
    this.progress = progress;
    this.reader = new FilePictureReader(config.photoFit(), config.sketchFit());
    this.validation = new RunValidation(config, data, options.out(), progress);
  }

  /// Trains and evaluates.
  ///
  /// @return the stored model
  /// @throws BrokenModelException when the initial weights do not fit
  /// @throws DivergedException when a loss or a gradient became NaN or infinite
  public ModelArtifact run() throws IOException, BrokenModelException, InterruptedException {
    Files.createDirectories(options.out());
    requireSameConfig();
    List<Path> runs =
        IntStream.rangeClosed(1, config.runs())
            .mapToObj(run -> options.out().resolve("run-" + run + ".safetensors"))
            .toList();
    if (!options.resume() || !runs.stream().allMatch(Files::exists)) {
      train(runs);
    }
    List<Weights> trained = new ArrayList<>();
    for (Path run : runs) {
      trained.add(Weights.read(run));
    }
    return finish(mixed(trained));
  }

  /// Trains all unfinished runs.
  private void train(List<Path> runs)
      throws IOException, BrokenModelException, InterruptedException {
    RunPreparation preparation = preparation();
    TrainingInput input = preparation.input(reader);
    Trainer.Prepared prepared = preparation.start(input);
    for (int i = 0; i < runs.size(); i++) {
      if (!options.resume() || !Files.exists(runs.get(i))) {
        train(i + 1, input, prepared).write(runs.get(i), Weights.Storage.FP32);
      }
    }
  }

  /// Trains one run, from the start or from its checkpoint.
  private Weights train(int run, TrainingInput input, Trainer.Prepared prepared)
      throws IOException, BrokenModelException, InterruptedException {
    Path checkpoint = options.out().resolve("checkpoint-" + run + ".safetensors");
    try (Trainer trainer = trainer(run, input, prepared, checkpoint)) {
      Path logFile = options.out().resolve("log-" + run + ".csv");
      TrainingLog log =
          new TrainingLog(
              logFile, List.copyOf(config.objectives().weights().keySet()), trainer.iteration());
      Pace pace = new Pace(options.checkpointEvery(), System::nanoTime);
      EarlyStop early = new EarlyStop(config.objectives().weights());
      while (!trainer.isDone()) {
        try {
          trainer.trainUntil(
              trainer.iteration() + 1,
              step -> {
                log.add(step);
                progress.step(step, config.iterations());
                if (early.isDue(log.steps())) {
                  trainer.finish();
                }
              });
        } catch (InterruptedException e) {
          trainer.writeCheckpoint(checkpoint);
          throw e;
        }
        if (pace.isDue()) {
          trainer.writeCheckpoint(checkpoint);
          pace.done();
        }
        if (validates(trainer.iteration()) && !trainer.isDone()) {
          validation.of(store(mixed(List.of(trainer.result()))), trainer.iteration());
        }
      }
      LossCurves.write(log.steps(), options.out().resolve("curves-" + run + ".png"));
      Files.deleteIfExists(checkpoint);
      return trainer.result();
    }
  }

  private RunPreparation preparation() {
    return new RunPreparation(config, data, options, progress, shared);
  }

  private Weights mixed(List<Weights> trained) throws BrokenModelException {
    Weights start = Weights.read(options.out().resolve(RunPreparation.START));
    return WeightAveraging.of(trained, start, config.startShare());
  }

  private void requireSameConfig() throws IOException {
    Path file = options.out().resolve(CONFIG);
    if (options.resume() && Files.exists(file)) {
      TrainingConfig before = JSON.readValue(file.toFile(), TrainingConfig.class);
      if (!before.equals(config)) {
        throw new IllegalArgumentException(
            "%s was begun with %s; resume it with the same settings, not %s"
                .formatted(options.out(), before, config));
      }
    }
    JSON.writeValue(file.toFile(), config);
  }

  private Trainer trainer(int run, TrainingInput input, Trainer.Prepared prepared, Path checkpoint)
      throws BrokenModelException {
    TrainingConfig seeded = config.with(Map.of("seed", String.valueOf(config.seed() + run - 1)));
    return options.resume() && Files.exists(checkpoint)
        ? Trainer.resume(seeded, input, prepared, Weights.read(checkpoint))
        : Trainer.start(seeded, input, prepared);
  }

  private boolean validates(int iteration) {
    return options.validateEvery() > 0 && iteration % options.validateEvery() == 0;
  }

  private ModelArtifact finish(Weights mixed) throws IOException, BrokenModelException {
    if (config.whitening() > 0 && data.retained().sketchBank().isPresent()) {
      throw new IllegalArgumentException(
          "whitening moves the embeddings away from the sketch bank that is kept; set it to 0");
    }
    Weights trained = config.whitening() == 0 ? mixed : whitened(store(mixed), mixed);
    Weights banked = withBank(store(trained), trained);
    Weights weights =
        preparation().knowledge(trained, reader).map(head -> head.in(banked)).orElse(banked);
    ModelArtifact model = store(weights);
    SortedMap<String, RetrievalReport> reports = validation.last(model);
    return model.described(origin(validation.record(reports)));
  }

  /// The weights with a bank of training sketches, spread over the classes, as embedded by the
  /// stored model.
  private Weights withBank(ModelArtifact model, Weights trained) throws BrokenModelException {
    Optional<Tensor> kept = data.retained().sketchBank();
    if (kept.isPresent()) {
      return trained.with(SketchBank.TENSOR, kept.get());
    }
    List<Example> sketches = data.training().spread(Domain.SKETCH, config.bankSize());
    if (config.bankSize() == 0) {
      return trained;
    }
    return trained.with(
        SketchBank.TENSOR, SketchBank.tensor(embeddings(model, sketches, "sketch bank")));
  }

  /// The weights with a whitened embedding, by training pictures spread over the classes.
  private Weights whitened(ModelArtifact model, Weights trained) throws BrokenModelException {
    List<Example> sketches = data.training().spread(Domain.SKETCH, WHITENED_SKETCHES);
    List<Example> photos = data.training().spread(Domain.PHOTO, WHITENED_PHOTOS);
    if (sketches.isEmpty() || photos.isEmpty()) {
      return trained;
    }
    return Whitening.of(
        trained,
        rows(embeddings(model, sketches, "whitening, sketches")),
        rows(embeddings(model, photos, "whitening, photos")),
        config.whitening());
  }

  private List<Embedding> embeddings(ModelArtifact model, List<Example> pictures, String phase)
      throws BrokenModelException {
    try (Encoder encoder = TorchEncoder.open(model, EncoderOptions.defaults())) {
      ModelInput input = model.input();
      PictureReader served = new FilePictureReader(input.photos(), input.sketches());
      return new PictureEmbedder(encoder, served, input.size())
          .embeddings(pictures, n -> progress.phase(phase, n, pictures.size()));
    }
  }

  private static float[] rows(List<Embedding> embeddings) {
    int dimension = embeddings.getFirst().dimension();
    float[] rows = new float[embeddings.size() * dimension];
    for (int i = 0; i < embeddings.size(); i++) {
      System.arraycopy(embeddings.get(i).toArray(), 0, rows, i * dimension, dimension);
    }
    return rows;
  }

  private ModelArtifact store(Weights weights) throws IOException, BrokenModelException {
    return ModelArtifact.write(
        options.out(),
        Network.named(config.network()),
        weights,
        Weights.Storage.FP16,
        config.input(),
        origin(Map.of()));
  }

  private ModelManifest.Origin origin(Map<String, Double> metrics) {
    return new ModelManifest.Origin(
        config.seed(), data.training().fingerprint(), metrics, recipe(), options.command());
  }

  /// The configuration by name; nested names are joined by dots.
  private Map<String, String> recipe() {
    Map<String, String> recipe = new LinkedHashMap<>();
    flatten("", JSON.convertValue(config, new TypeReference<Map<String, Object>>() {}), recipe);
    return recipe;
  }

  private static void flatten(String prefix, Map<?, ?> map, Map<String, String> into) {
    map.forEach((key, value) -> {
      if (value instanceof Map<?, ?> nested) {
        flatten(prefix + key + ".", nested, into);
      } else {
        into.put(prefix + key, String.valueOf(value));
      }
    });
  }
}
