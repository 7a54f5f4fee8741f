package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What is computed once for all trainings of a run: the teacher's answers and the start.
///
/// @param config of the run
/// @param data to train on
/// @param options where files are
/// @param progress told how far it is
/// @param shared the start, where another training of the same data and weights has made it
record RunPreparation(
    TrainingConfig config,
    TrainingData data,
    TrainingRunOptions options,
    TrainingProgress progress,
    SharedStart shared) {
  /// The file of the weights that every training begins with.
  static final String START = "start.safetensors";

  /// The file of the teacher's answers, which holds for every run on the same pictures.
  static final String TEACHER = "teacher.safetensors";

  /// The pictures, and what the teacher sees in the photos.
  TrainingInput input(PictureReader reader) throws IOException, BrokenModelException {
    return new TrainingInput(
        data.training(), data.words(), data.retained().unlabelled(), reader, teacher(reader));
  }

  private TeacherTable teacher(PictureReader reader) throws IOException, BrokenModelException {
    if (config.objectives().preservation() == 0 && config.objectives().prototypes() == 0) {
      return TeacherTable.none();
    }
    return TeacherTable.prepare(
        teacherFile(),
        options.out().resolve(TEACHER),
        data.training(),
        reader,
        config.photoFit(),
        progress);
  }

  /// The teacher that was named; else the network itself, before it is trained.
  private TeacherFile teacherFile() throws BrokenModelException {
    if (options.teacher().isPresent()) {
      return TeacherFile.in(options.teacher().get());
    }
    return new TeacherFile(
        Network.named(config.network()),
        options
            .initial()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the preservation objective needs a teacher; give its directory or "
                        + "disable the objective")));
  }

  /// What all trainings start from; in a resumed run, what it began with.
  Trainer.Prepared start(TrainingInput input) throws IOException, BrokenModelException {
    Path start = options.out().resolve(START);
    Network network = Network.named(config.network());
    Weights initial =
        options.initial().isPresent()
            ? network.read(options.initial().get())
            : RandomWeights.of(network, config.seed());
    Optional<LinearMap> classifier =
        options.initial().isPresent()
            ? Teacher.classifier(network, options.initial().get())
            : Optional.empty();
    boolean begun = options.resume() && Files.exists(start);
    if (begun) {
      initial = Weights.read(start);
    }
    Trainer.Prepared prepared =
        begun || options.initial().isEmpty()
            ? Trainer.prepare(config, input, initial, classifier, progress)
            : Trainer.prepare(
                config, input, classifier, shared.of(config, input, initial, classifier, progress));
    prepared.start().weights().write(start, Weights.Storage.FP32);
    return prepared;
  }
}
