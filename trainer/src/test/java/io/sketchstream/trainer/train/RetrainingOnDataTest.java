package io.sketchstream.trainer.train;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.SketchBank;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.ClassSplits;
import io.sketchstream.trainer.data.Contours;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.evaluate.EmbeddedPictures;
import io.sketchstream.trainer.evaluate.PictureEmbedder;
import io.sketchstream.trainer.evaluate.RetrievalEvaluation;
import io.sketchstream.trainer.evaluate.RetrievalMetrics;
import io.sketchstream.trainer.evaluate.Scoring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Teaches the model of the repository classes that it never saw, as a run of the training service
/// does, and searches with real sketches. Runs with `-Dretraining.iterations=25` or more; labelled
/// sketches by `-Dretraining.sketches=20`, without its knowledge by `-Dretraining.preservation=0`.
final class RetrainingOnDataTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
  private static final Path DATA = ROOT.resolve("../shared/data/wide");
  private static final int CLASSES = 6;
  private static final int TAUGHT = 40;
  private static final int SEARCHED = 20;
  private static final int QUERIES = 20;

  @TempDir private Path folder;

  /// Mean average precision on the taught classes and on the others.
  private record Found(double taught, double others) {}

  @Test
  void learnsFromPhotosAloneWhatSketchesAreAfter() throws Exception {
    assumeTrue(
        Integer.getInteger("retraining.iterations", 0) > 0, "needs -Dretraining.iterations=25");
    assumeTrue(Files.isDirectory(DATA), () -> "needs the development data in " + DATA);
    ModelArtifact base =
        ModelArtifact.load(
            Path.of(System.getProperty("retraining.model", ROOT + "/models/default")));
    List<String> classes =
        ClassSplits.read(DATA.resolve("splits.json")).classes("val").stream().sorted().toList();
    List<String> taught = classes.subList(0, CLASSES);
    List<String> others = classes.subList(CLASSES, 2 * CLASSES);

    ModelArtifact trained = train(base, taught, others);

    Found before = measure(base, taught, others);
    Found after = measure(trained, taught, others);
    String figures =
        "taught %.3f to %.3f, others %.3f to %.3f"
            .formatted(before.taught(), after.taught(), before.others(), after.others());
    System.out.println("retraining: " + figures);
    assertTrue(after.taught() > before.taught() + .01, figures);
    assertTrue(after.others() > before.others() - .02, figures);
  }

  private ModelArtifact train(ModelArtifact base, List<String> taught, List<String> others)
      throws Exception {
    int sketches = Integer.getInteger("retraining.sketches", 0);
    List<Example> photos = examples("photos", Domain.PHOTO, taught, SEARCHED, TAUGHT);
    List<Example> labelled = new ArrayList<>(photos);
    labelled.addAll(
        sketches == 0
            ? Contours.of(photos)
            : examples("sketches", Domain.SKETCH, taught, QUERIES, sketches));
    List<Example> replay =
        examples("photos", Domain.PHOTO, others, SEARCHED, TAUGHT).stream()
            .map(photo -> new Example(photo.file(), "", Domain.PHOTO))
            .toList();
    Path start = folder.resolve("base.safetensors");
    base.weights().write(start, Weights.Storage.FP32);
    Optional<Tensor> bank =
        Weights.read(base.directory().resolve(ModelArtifact.WEIGHTS)).find(SketchBank.TENSOR);
    TrainingConfig config =
        Recipe.STANDARD.with(
            Map.of(
                "network", base.network().name(),
                "inputSize", "128",
                "iterations", System.getProperty("retraining.iterations"),
                "classesPerBatch", String.valueOf(CLASSES),
                "runs", System.getProperty("retraining.runs", "1"),
                "bankSize", "0",
                "sketchFit", base.input().sketches().name(),
                "objectives.preservation",
                    base.knowledge().isPresent()
                        ? System.getProperty("retraining.preservation", "1")
                        : "0"));
    var options =
        new TrainingRunOptions(
            folder.resolve("run"),
            Optional.of(start),
            Optional.empty(),
            Duration.ZERO,
            0,
            false,
            "a test");
    TrainingData data =
        new TrainingData(LabelledPictures.of(labelled), new TreeMap<>())
            .retaining(new Retained(replay, bank, base.knowledge()));
    return new TrainingRun(config, data, options, TrainingProgress.SILENT).run();
  }

  private static Found measure(ModelArtifact model, List<String> taught, List<String> others)
      throws Exception {
    try (Encoder encoder = TorchEncoder.open(model, EncoderOptions.defaults())) {
      List<String> all = new ArrayList<>(taught);
      all.addAll(others);
      EmbeddedPictures gallery =
          embed(model, encoder, examples("photos", Domain.PHOTO, all, 0, SEARCHED));
      return new Found(
          search(model, encoder, taught, gallery), search(model, encoder, others, gallery));
    }
  }

  private static double search(
      ModelArtifact model, Encoder encoder, List<String> classes, EmbeddedPictures gallery)
      throws Exception {
    EmbeddedPictures queries =
        embed(model, encoder, examples("sketches", Domain.SKETCH, classes, 0, QUERIES));
    return RetrievalEvaluation.measure(queries, gallery, Scoring.served(model.hubness())).stream()
        .mapToDouble(RetrievalMetrics::meanAveragePrecision)
        .average()
        .orElseThrow();
  }

  private static EmbeddedPictures embed(
      ModelArtifact model, Encoder encoder, List<Example> examples) throws BrokenModelException {
    var reader = new FilePictureReader(model.input().photos(), model.input().sketches());
    return new PictureEmbedder(encoder, reader, model.inputSize()).embed(examples, _ -> {});
  }

  /// Some pictures of each class, in the order of their names.
  private static List<Example> examples(
      String kind, Domain domain, List<String> classes, int skipped, int count) throws Exception {
    List<Example> examples = new ArrayList<>();
    for (String name : classes) {
      try (Stream<Path> files = Files.list(DATA.resolve(kind).resolve(name))) {
        files
            .sorted()
            .skip(skipped)
            .limit(count)
            .forEach(file -> examples.add(new Example(file, name, domain)));
      }
    }
    return examples;
  }
}
