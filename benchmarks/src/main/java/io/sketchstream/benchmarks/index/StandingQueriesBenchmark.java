package io.sketchstream.benchmarks.index;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Cpu;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.benchmarks.pipeline.StandingPipeline;
import io.sketchstream.query.standing.QueryMatrix;
import io.sketchstream.score.Score;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.util.VectorUtil;

/// CPU time of comparing images that come in with all standing queries, one thread, by how many
/// images come at a time; against the product of matrices without blocks, row by row for each
/// image. With `--pipeline IMAGES` in a whole installation instead, see [StandingPipeline].
public final class StandingQueriesBenchmark implements Benchmark {
  private static final int[] BATCHES = {1, 4, 16, 64};
  private static final int SAMPLE = 8_192;
  private static final int ONE_IN = 10_000;

  @Override
  public String name() {
    return "standing-queries";
  }

  @Override
  public String summary() {
    return "CPU per image of comparing it with 10,000 standing queries, one thread";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(
            arguments, Set.of("queries", "images", "pipeline", "warm-up", "probes", "photos"));
    int queryCount = options.integer("queries", 10_000);
    int pipeline = options.integer("pipeline", 0);
    if (pipeline > 0) {
      StandingPipeline.run(
          new StandingPipeline.Plan(
              queryCount,
              pipeline,
              options.integer("warm-up", 4_000),
              options.integer("probes", 200)),
          options.text("photos", ""));
      return;
    }
    int imageCount = options.integer("images", 1_024);
    float[][] queries = searchVectors(ClusteredVectors.make(50_000_000, queryCount));
    float[][] images = indexVectors(ClusteredVectors.make(0, imageCount));
    float[] thresholds =
        thresholds(queries, indexVectors(ClusteredVectors.make(90_000_000, SAMPLE)));
    System.out.printf(
        Locale.ROOT,
        "%d queries, %d images, %d dimensions, a match is one in %d%n",
        queryCount,
        imageCount,
        ClusteredVectors.DIMENSION,
        ONE_IN);
    QueryMatrix matrix = new QueryMatrix(List.of(queries));
    double[] millis = new double[BATCHES.length];
    for (int warm = 0; warm < 2; warm++) {
      for (int i = 0; i < BATCHES.length; i++) {
        millis[i] = blocked(matrix, thresholds, images, BATCHES[i], warm == 1);
      }
    }
    double plain = plain(queries, thresholds, images);
    System.out.printf(
        Locale.ROOT,
        "RESULT standing-queries cpu_ms_per_image_1=%.3f cpu_ms_per_image_16=%.3f"
            + " cpu_ms_per_image_64=%.3f plain_ms=%.3f%n",
        millis[0],
        millis[2],
        millis[3],
        plain);
  }

  private static float[][] searchVectors(float[][] vectors) {
    return Stream.of(vectors).map(Score::searchVector).toArray(float[][]::new);
  }

  private static float[][] indexVectors(float[][] vectors) {
    return Stream.of(vectors).map(vector -> Score.indexVector(vector, 0)).toArray(float[][]::new);
  }

  /// The best score of a sample: about one in so many as a match is meant to be.
  private static float[] thresholds(float[][] queries, float[][] sample) {
    float[] thresholds = new float[queries.length];
    Arrays.fill(thresholds, Float.NEGATIVE_INFINITY);
    IntStream.range(0, queries.length)
        .parallel()
        .forEach(i -> {
          for (float[] image : sample) {
            thresholds[i] = Math.max(thresholds[i], VectorUtil.dotProduct(queries[i], image));
          }
        });
    return thresholds;
  }

  private static double blocked(
      QueryMatrix matrix, float[] thresholds, float[][] images, int batch, boolean print) {
    long[] hits = new long[1];
    double start = Cpu.ofThisThread();
    for (int from = 0; from < images.length; from += batch) {
      matrix.above(
          List.of(images).subList(from, Math.min(images.length, from + batch)),
          thresholds,
          (_, _, _) -> hits[0]++);
    }
    double millis = 1000 * (Cpu.ofThisThread() - start) / images.length;
    if (print) {
      System.out.printf(
          Locale.ROOT,
          "  %2d images at a time: %.3f ms of CPU per image, %.2f matches%n",
          batch,
          millis,
          (double) hits[0] / images.length);
    }
    return millis;
  }

  private static double plain(float[][] queries, float[] thresholds, float[][] images) {
    long hits = 0;
    int count = Math.min(images.length, 200);
    double start = Cpu.ofThisThread();
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < queries.length; row++) {
        hits += Score.of(queries[row], images[i]) >= thresholds[row] ? 1 : 0;
      }
    }
    double millis = 1000 * (Cpu.ofThisThread() - start) / count;
    System.out.printf(
        Locale.ROOT, "  in the order of a search's score: %.3f ms, %d matches%n", millis, hits);
    return millis;
  }
}
