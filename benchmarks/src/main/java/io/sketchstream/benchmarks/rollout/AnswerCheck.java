package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.RolloutApi.FoundImage;
import io.sketchstream.benchmarks.rollout.SketchReader.Reading;
import io.sketchstream.benchmarks.rollout.VectorLog.SketchVector;
import io.sketchstream.benchmarks.rollout.VectorLog.Versions;
import io.sketchstream.score.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Computes every score of every answer again, from the vectors in Kafka: the sketch's and the
/// image's in the generation that the answer names. A score that only vectors of two generations
/// explain shows that they were mixed.
public final class AnswerCheck {
  private static final double SCORE_OFF_MAX = 2e-3;
  private static final int EXAMPLES_MAX = 5;

  private final VectorLog vectors;
  private long hits;
  private long mixed;
  private long unexplained;
  private long telling;
  private long comparable;
  private final List<String> examples = new ArrayList<>();

  /// @param hits scores that were checked
  /// @param mixed answers or hits whose vectors are of two generations
  /// @param unexplained scores that no vectors explain
  /// @param telling share of the hits whose score would differ with the vector of another
  ///   generation; at 0 this check proves nothing
  /// @param examples the first wrong ones, for the report
  public record Verdict(
      long hits, long mixed, long unexplained, double telling, List<String> examples) {}

  public AnswerCheck(VectorLog vectors) {
    this.vectors = vectors;
  }

  /// @param readings answers and failures; only answers are looked at
  public Verdict check(List<Reading> readings, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Reading reading : readings) {
      if (reading.answer().ok()) {
        check(reading, deadline);
      }
    }
    return new Verdict(
        hits,
        mixed,
        unexplained,
        comparable == 0 ? 0 : (double) telling / comparable,
        List.copyOf(examples));
  }

  private void check(Reading reading, long deadline) {
    String queryId = reading.answer().queryId();
    String generation = reading.answer().generation();
    SketchVector sketch = vectors.ofQuery(queryId);
    while (sketch == null && System.nanoTime() < deadline) {
      LockSupport.parkNanos(10_000_000); // It has not arrived here yet.
      sketch = vectors.ofQuery(queryId);
    }
    if (sketch == null) {
      unexplained++;
      example("query %s was never embedded".formatted(queryId));
      return;
    }
    if (!sketch.generation().equals(generation)) {
      mixed++;
      example(
          "query %s: embedded by %s, answered by %s"
              .formatted(queryId, sketch.generation(), generation));
      return;
    }
    for (FoundImage hit : reading.answer().hits()) {
      check(queryId, generation, sketch.vector(), hit, deadline);
    }
  }

  private void check(
      String queryId, String generation, float[] sketch, FoundImage hit, long deadline) {
    hits++;
    Map<String, Versions> versions = vectors.ofImage(hit.imageId());
    while (!explains(versions.get(generation), sketch, hit.score())
        && System.nanoTime() < deadline
        && !versions.containsKey(generation)) {
      LockSupport.parkNanos(10_000_000);
      versions = vectors.ofImage(hit.imageId());
    }
    boolean byAnother =
        versions.entrySet().stream()
            .anyMatch(entry ->
                !entry.getKey().equals(generation)
                    && explains(entry.getValue(), sketch, hit.score()));
    if (versions.size() > 1) {
      comparable++;
      telling += byAnother ? 0 : 1;
    }
    if (explains(versions.get(generation), sketch, hit.score())) {
      return;
    }
    if (byAnother) {
      mixed++;
    } else {
      unexplained++;
    }
    example(
        "query %s, image %s: score %.4f is not that of %s, known are %s"
            .formatted(queryId, hit.imageId(), hit.score(), generation, versions.keySet()));
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(text);
    }
  }

  private static boolean explains(Versions versions, float[] sketch, float score) {
    return versions != null
        && versions.vectors().stream()
            .anyMatch(vector ->
                vector.length == sketch.length
                    && Math.abs(Score.of(sketch, vector) - score) <= SCORE_OFF_MAX);
  }
}
