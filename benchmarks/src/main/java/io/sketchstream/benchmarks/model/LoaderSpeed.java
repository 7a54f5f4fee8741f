package io.sketchstream.benchmarks.model;

import io.sketchstream.benchmarks.pipeline.Photos;
import io.sketchstream.benchmarks.pipeline.QuerySketches;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureKind;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.train.Trainer;
import io.sketchstream.trainer.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// What reading costs a training: images a second of wall time from generated JPEGs of 320 x 240
/// pixels and drawings, with all of the augmentation, over those from squares in memory that are
/// only mirrored. The two trainings take turns. The rest of the loop is the same.
///
/// **Owns:** the directory of the pictures, until [#close].
final class LoaderSpeed implements AutoCloseable {
  private static final int PICTURES = 12;
  private static final int SEED = 1;
  private static final Map<String, String> ONLY_MIRRORED =
      Map.ofEntries(
          Map.entry("augmentation.sketchRotation", "0"),
          Map.entry("augmentation.photoRotation", "0"),
          Map.entry("augmentation.sketchScale", "1"),
          Map.entry("augmentation.photoScale", "1"),
          Map.entry("augmentation.aspect", "0"),
          Map.entry("augmentation.sketchShift", "0"),
          Map.entry("augmentation.photoShift", "0"),
          Map.entry("augmentation.degraded", "0"),
          Map.entry("augmentation.contrast", "0"),
          Map.entry("augmentation.brightness", "0"),
          Map.entry("augmentation.grayscale", "0"));

  private final Path directory;
  private final LabelledPictures pictures;

  /// Writes the pictures, as many classes as a batch has.
  LoaderSpeed(int classes) throws IOException {
    directory = Files.createTempDirectory("sketchstream-training-speed-");
    List<byte[]> photos = Photos.load("", classes * PICTURES);
    List<String> drawings = QuerySketches.make(classes * PICTURES, SEED);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      String label = "class " + i % classes;
      Path photo = Files.write(directory.resolve(i + ".jpg"), photos.get(i));
      examples.add(new Example(photo, label, Domain.PHOTO));
      Path drawing = directory.resolve(i + ".json");
      Files.writeString(drawing, drawings.get(i));
      examples.add(new Example(drawing, 0, label, PictureKind.STROKES));
    }
    pictures = LabelledPictures.of(examples);
  }

  private record Square(Example example, int side) {}

  /// Images a second, of the faster of the rounds.
  record Result(double files, double prepared) {
    double ratio() {
      return files / prepared;
    }
  }

  Result measure(TrainingConfig config, int warmUp, int rounds, int iterations)
      throws BrokenModelException, InterruptedException {
    double files = 0;
    double prepared = 0;
    try (Trainer reading =
            NoiseTraining.start(
                config, pictures, new FilePictureReader(PhotoFit.WHOLE, SketchFit.SQUARE));
        Trainer bare = NoiseTraining.start(config.with(ONLY_MIRRORED), pictures, inMemory())) {
      reading.trainUntil(warmUp, _ -> {});
      bare.trainUntil(warmUp, _ -> {});
      for (int round = 1; round <= rounds; round++) {
        prepared = Math.max(prepared, train(bare, warmUp + round * iterations));
        files = Math.max(files, train(reading, warmUp + round * iterations));
        System.out.printf(
            Locale.ROOT, "round %d: files %.1f, prepared %.1f images/s%n", round, files, prepared);
      }
    }
    return new Result(files, prepared);
  }

  private static PictureReader inMemory() {
    PictureReader files = new FilePictureReader(PhotoFit.WHOLE, SketchFit.SQUARE);
    Map<Square, PreparedImage> read = new ConcurrentHashMap<>();
    return (example, size) ->
        read.computeIfAbsent(
            new Square(example, size), square -> files.read(square.example(), square.side()));
  }

  private static double train(Trainer trainer, int end) throws InterruptedException {
    int begin = trainer.iteration();
    long start = System.nanoTime();
    trainer.trainUntil(end, _ -> {});
    return 64.0 * (end - begin) / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
