package io.sketchstream.training.train;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.training.data.FilePictureReader;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import io.sketchstream.training.evaluate.ModelEvaluation;
import io.sketchstream.training.evaluate.RetrievalMetrics;
import io.sketchstream.training.evaluate.RetrievalReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A whole training in one directory: prepare, train, checkpoint, evaluate, and leave a model
/// artifact.
///
/// ```
/// config.json, teacher.safetensors     what is prepared once
/// start.safetensors                    where every run begins
/// checkpoint-*.safetensors, log-*.csv  where a broken-off run goes on
/// run-*.safetensors, curves-*.png      a finished run
/// manifest.json, model.safetensors     the model
/// report.json, report.txt, hits-*.png
/// ```
///
/// **Threads:** one.
public final class TrainingRun {
  private static final String CONFIG = "config.json";
  private static final String TEACHER = "teacher.safetensors";
  private static final String START = "start.safetensors";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final TrainingConfig config;
  private final TrainingData data;
  private final Options options;
  private final TrainingProgress progress;
  private final PictureReader reader = new FilePictureReader();

  public TrainingRun(
      TrainingConfig config, TrainingData data, Options options, TrainingProgress progress) {
    this.config = config;
    this.data = data;
    this.options = options;
    this.progress = progress;
  }

  /// What does not change the result.
  ///
  /// @param out directory of the run and of the model
  /// @param initial pretrained weights of the network; without, it is trained from scratch
  /// @param teacher directory of the teacher's weights and their `reference.json`, or of a prepared
  ///   table
  /// @param checkpointEvery iterations between checkpoints, nought for none
  /// @param validateEvery iterations between evaluations on the way, nought for none
  /// @param resume whether to go on from the checkpoint and the finished runs in `out`
  /// @param command what makes this model again, for its manifest
  public record Options(
      Path out,
      Optional<Path> initial,
      Optional<Path> teacher,
      int checkpointEvery,
      int validateEvery,
      boolean resume,
      String command) {}

  /// Trains and evaluates.
  ///
  /// @return the model as it was stored
  /// @throws BrokenModelException when given weights do not fit
  /// @throws DivergedException when training comes to a number that is none
  public ModelArtifact run() throws IOException, BrokenModelException, InterruptedException {
    Files.createDirectories(options.out());
    requireSameConfig();
    TeacherTable teacher = teacher();
    List<Weights> trained = new ArrayList<>();
    for (int run = 1; run <= config.runs(); run++) {
      Path done = options.out().resolve("run-" + run + ".safetensors");
      if (!options.resume() || !Files.exists(done)) {
        train(run, teacher).write(done, Weights.Storage.FP32);
      }
      trained.add(Weights.read(done));
    }
    return finish(mixed(trained));
  }

  /// Trains once, from its beginning or from where it was broken off.
  private Weights train(int run, TeacherTable teacher)
      throws IOException, BrokenModelException, InterruptedException {
    Path checkpoint = options.out().resolve("checkpoint-" + run + ".safetensors");
    try (Trainer trainer = trainer(run, teacher, checkpoint)) {
      Path logFile = options.out().resolve("log-" + run + ".csv");
      TrainingLog log = new TrainingLog(logFile, trainer.iteration());
      while (trainer.iteration() < config.iterations()) {
        try {
          trainer.trainUntil(
              nextStop(trainer.iteration()),
              step -> {
                log.add(step);
                progress.step(step, config.iterations());
              });
        } catch (InterruptedException e) {
          trainer.checkpoint().write(checkpoint, Weights.Storage.FP32);
          throw e;
        }
        if (isDue(trainer.iteration(), options.checkpointEvery())) {
          trainer.checkpoint().write(checkpoint, Weights.Storage.FP32);
        }
        if (isDue(trainer.iteration(), options.validateEvery())
            && trainer.iteration() < config.iterations()) {
          validate(store(mixed(List.of(trainer.result())), Map.of()), trainer.iteration());
        }
      }
      LossCurves.write(log.steps(), options.out().resolve("curves-" + run + ".png"));
      Files.deleteIfExists(checkpoint);
      return trainer.result();
    }
  }

  private Weights mixed(List<Weights> trained) throws BrokenModelException {
    Weights start = Weights.read(options.out().resolve(START));
    return WeightMixture.of(trained, start, config.startShare());
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

  private TeacherTable teacher() throws IOException, BrokenModelException {
    LabelledPictures training = data.training();
    Path prepared = options.out().resolve(TEACHER);
    if (config.objectives().preservation() == 0) {
      return TeacherTable.none(training.pairedClasses());
    }
    if (Files.exists(prepared)) {
      TeacherTable table = TeacherTable.read(prepared);
      if (table.covers(training.pairedClasses())) {
        return table;
      }
    }
    TeacherTable table =
        TeacherTable.prepare(
            options
                .teacher()
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the preservation objective needs a teacher; name its weights or "
                            + "switch the objective off")),
            training,
            reader,
            progress);
    table.write(prepared);
    return table;
  }

  private Trainer trainer(int run, TeacherTable teacher, Path checkpoint)
      throws IOException, BrokenModelException {
    TrainingConfig seeded = config.with(Map.of("seed", String.valueOf(config.seed() + run - 1)));
    if (options.resume() && Files.exists(checkpoint)) {
      return Trainer.resume(seeded, data.training(), reader, teacher, Weights.read(checkpoint));
    }
    Network network = Network.named(config.network());
    Weights initial =
        options.initial().isPresent()
            ? network.read(options.initial().get())
            : RandomWeights.of(network, config.seed());
    progress.phase("start of run " + run, 0, 1);
    Trainer trainer = Trainer.start(seeded, data.training(), reader, teacher, initial);
    trainer.weights().write(options.out().resolve(START), Weights.Storage.FP32);
    progress.phase("start of run " + run, 1, 1);
    return trainer;
  }

  /// The next iteration at which something else than training is due.
  private int nextStop(int iteration) {
    return Math.min(
        config.iterations(),
        Math.min(
            next(iteration, options.checkpointEvery()), next(iteration, options.validateEvery())));
  }

  private static int next(int iteration, int every) {
    return every == 0 ? Integer.MAX_VALUE : (iteration / every + 1) * every;
  }

  private static boolean isDue(int iteration, int every) {
    return every > 0 && iteration % every == 0;
  }

  private SortedMap<String, RetrievalReport> validate(ModelArtifact model, int iteration)
      throws IOException, BrokenModelException {
    ModelEvaluation evaluation = new ModelEvaluation(model, EncoderOptions.defaults(), reader);
    SortedMap<String, RetrievalReport> reports = new TreeMap<>();
    for (Map.Entry<String, LabelledPictures> entry : data.evaluations().entrySet()) {
      boolean last = iteration == config.iterations();
      var wanted =
          new ModelEvaluation.Wanted(
              entry.getValue(),
              last ? Optional.of(data.training()) : Optional.empty(),
              false,
              last
                  ? Optional.of(options.out().resolve("hits-" + entry.getKey() + ".png"))
                  : Optional.empty());
      RetrievalReport report =
          evaluation.evaluate(
              wanted, n -> progress.phase("evaluate " + entry.getKey(), n, wanted.pictures()));
      progress.validated(iteration, entry.getKey(), report);
      reports.put(entry.getKey(), report);
    }
    return reports;
  }

  private ModelArtifact finish(Weights weights) throws IOException, BrokenModelException {
    SortedMap<String, RetrievalReport> reports =
        validate(store(weights, Map.of()), config.iterations());
    Map<String, Double> metrics = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    reports.forEach((split, report) -> {
      RetrievalMetrics overall = report.overall();
      metrics.put(split + ".mAP", overall.meanAveragePrecision());
      metrics.put(split + ".P@100", overall.precisionAt100());
      metrics.put(split + ".Acc@1", overall.accuracyAt1());
      text.append(split).append('\n').append(report.text()).append('\n');
    });
    JSON.writeValue(options.out().resolve("report.json").toFile(), reports);
    Files.writeString(options.out().resolve("report.txt"), text);
    return store(weights, metrics);
  }

  private ModelArtifact store(Weights weights, Map<String, Double> metrics)
      throws IOException, BrokenModelException {
    return ModelArtifact.write(
        options.out(),
        Network.named(config.network()),
        weights,
        Weights.Storage.FP16,
        config.servedSize(),
        new ModelArtifact.Origin(
            config.seed(), data.training().fingerprint(), metrics, recipe(), options.command()));
  }

  /// The configuration, nested names joined by dots.
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
