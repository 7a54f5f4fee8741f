package io.sketchstream.trainer.train;

import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Computes once for all trainings of a run: the teacher's answers and the initial state.
///
/// @param config configuration of the run
/// @param data training data
/// @param options locations of files
/// @param progress receives the progress
/// @param shared initial states that other trainings with the same data and weights have computed
record RunPreparation(
    TrainingConfig config,
    TrainingData data,
    TrainingRunOptions options,
    TrainingProgress progress,
    SharedStart shared) {
  /// The file of the initial weights.
  static final String START = "start.safetensors";

  /// The file of the teacher's answers, valid for every run on the same pictures.
  static final String TEACHER = "teacher.safetensors";

  /// The pictures, and the teacher's answers for the photos.
  TrainingInput input(PictureReader reader) throws IOException, BrokenModelException {
    Optional<KnowledgeHead> knowledge = ownTeacher();
    return new TrainingInput(
        data.training(),
        data.words(),
        data.retained().unlabelled(),
        reader,
        knowledge.isPresent() ? TeacherTable.none() : teacher(reader),
        knowledge);
  }

  /// What the trained model knows of the teacher; empty if the teacher's classes were not kept by a
  /// fixed head.
  ///
  /// @param trained its weights
  Optional<KnowledgeHead> knowledge(Weights trained, PictureReader reader)
      throws IOException, BrokenModelException {
    if (data.retained().knowledge().isPresent()
        || config.objectives().preservation() == 0
        || config.objectives().trainedHead()) {
      return data.retained().knowledge();
    }
    return Optional.of(
        Knowledge.of(
            Network.named(config.network()),
            trained,
            data.training(),
            teacher(reader),
            reader,
            config.inputSize(),
            progress));
  }

  /// The knowledge of the initial model, if that is the teacher.
  private Optional<KnowledgeHead> ownTeacher() {
    return options.teacher().isEmpty() && config.objectives().preservation() > 0
        ? data.retained().knowledge()
        : Optional.empty();
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

  /// The configured teacher, or the network itself before training.
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

  /// The initial state of all trainings; a resumed run reads it from its file.
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
