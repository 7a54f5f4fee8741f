package io.sketchstream.benchmarks.model;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.evaluate.EmbeddedPictures;
import io.sketchstream.trainer.evaluate.RetrievalEvaluation;
import io.sketchstream.trainer.evaluate.RetrievalReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/// Time to compute the published metrics from given embeddings, by default for as many sketches and
/// photos as the unseen classes of TU-Berlin Extended have.
public final class EvaluationSpeed implements Benchmark {
  private static final int DIMENSION = 512;
  private static final int CLASSES = 30;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "evaluation-speed";
  }

  @Override
  public String summary() {
    return "seconds for all measures of 2,400 sketches among 28,000 photos, 512 dimensions";
  }

  @Override
  public void run(List<String> arguments) {
    Options options = new Options(arguments, Set.of("sketches", "photos"));
    Libtorch.engine();
    Random random = new Random(1);
    EmbeddedPictures sketches = pictures(Domain.SKETCH, options.integer("sketches", 2400), random);
    EmbeddedPictures photos = pictures(Domain.PHOTO, options.integer("photos", 28_000), random);
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      RetrievalReport report = RetrievalEvaluation.of(sketches, photos);
      double seconds = (System.nanoTime() - start) / 1e9;
      best = Math.min(best, seconds);
      System.out.printf(
          Locale.ROOT,
          "%d x %d: %.2f s, mAP %.3f of noise (chance %.3f)%n",
          sketches.count(),
          photos.count(),
          seconds,
          report.overall().meanAveragePrecision(),
          report.chance());
    }
    System.out.printf(Locale.ROOT, "RESULT evaluation-speed seconds=%.2f%n", best);
  }

  private static EmbeddedPictures pictures(Domain domain, int count, Random random) {
    List<Example> examples = new ArrayList<>(count);
    float[] rows = new float[count * DIMENSION];
    for (int i = 0; i < count; i++) {
      examples.add(new Example(Path.of(domain + "-" + i), "class " + i % CLASSES, domain));
      double squares = 0;
      for (int j = 0; j < DIMENSION; j++) {
        float value = (float) random.nextGaussian();
        rows[i * DIMENSION + j] = value;
        squares += value * value;
      }
      float length = (float) Math.sqrt(squares);
      for (int j = 0; j < DIMENSION; j++) {
        rows[i * DIMENSION + j] /= length;
      }
    }
    return new EmbeddedPictures(examples, rows, DIMENSION);
  }
}
