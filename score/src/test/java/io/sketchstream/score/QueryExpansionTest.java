package io.sketchstream.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.score.QueryExpansion.Mode;
import io.sketchstream.score.QueryExpansion.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueryExpansionTest {
  private static final float[] QUERY = {1, 0};
  private static final float[] UP = {0, 1};
  private static final float[] DOWN = {0, -1};

  private static QueryExpansion on(int hits, float weight, float sharpness) {
    return new QueryExpansion(Mode.ON, new Parameters(hits, weight, sharpness, 0.8f));
  }

  /// Scores apart by ln 3 weigh the hits 3 to 1: (1, 0) + 2 (3/4 (0, 1) + 1/4 (1, 0)) is (1.5,
  /// 1.5).
  @Test
  void addsTheHitsByTheSoftmaxOfTheirScores() {
    float[] expanded =
        on(10, 2, 1)
            .expand(QUERY, new float[][] {UP, QUERY}, new float[] {(float) Math.log(3), 0})
            .orElseThrow();
    float half = (float) Math.sqrt(0.5);
    assertArrayEquals(new float[] {half, half}, expanded, 1e-6f);
    assertArrayEquals(new float[] {1, 0}, QUERY);
  }

  @Test
  void multipliesTheScoresBySharpness() {
    float[][] photos = {UP, QUERY};
    float[] scores = {(float) Math.log(3) / 30, 0};
    assertArrayEquals(
        on(10, 2, 1).expand(QUERY, photos, new float[] {(float) Math.log(3), 0}).orElseThrow(),
        on(10, 2, 30).expand(QUERY, photos, scores).orElseThrow(),
        1e-6f);
  }

  @Test
  void staysFiniteForScoresOfAnySize() {
    float[] expanded =
        on(10, 1, 30)
            .expand(QUERY, new float[][] {UP, DOWN}, new float[] {1e30f, -1e30f})
            .orElseThrow();
    float half = (float) Math.sqrt(0.5);
    assertArrayEquals(new float[] {half, half}, expanded, 1e-6f);
  }

  @Test
  void ignoresHitsAfterTheFirst() {
    float[][] photos = {UP, DOWN, {7, 7, 7}};
    float[] expanded = on(1, 1, 30).expand(QUERY, photos, new float[] {1, 1, 1}).orElseThrow();
    float half = (float) Math.sqrt(0.5);
    assertArrayEquals(new float[] {half, half}, expanded, 1e-6f);
  }

  @Test
  void usesAllHitsWhenThereAreFewer() {
    float[] one = on(20, 1, 30).expand(QUERY, new float[][] {UP}, new float[] {0.1f}).orElseThrow();
    float half = (float) Math.sqrt(0.5);
    assertArrayEquals(new float[] {half, half}, one, 1e-6f);
  }

  @Test
  void expandsNothingWithoutHits() {
    for (Mode mode : Mode.values()) {
      var expansion = new QueryExpansion(mode, Parameters.defaults());
      assertTrue(expansion.expand(QUERY, new float[0][], new float[0]).isEmpty());
    }
  }

  @Test
  void countsDuplicatesEachTime() {
    float[][] photos = {UP, UP, UP, QUERY};
    float[] expanded = on(4, 2, 30).expand(QUERY, photos, new float[4]).orElseThrow();
    float half = (float) Math.sqrt(0.5);
    assertArrayEquals(new float[] {half, half}, expanded, 1e-6f);
    assertEquals(1, QueryExpansion.coherence(new float[][] {UP, UP, UP}, 3), 1e-9);
  }

  @Test
  void doesNotExpandAQueryThatWouldCancelOut() {
    float[][] opposite = {{-1, 0}};
    assertTrue(on(10, 1, 30).expand(QUERY, opposite, new float[] {0}).isEmpty());
  }

  @Test
  void measuresCoherenceAsTheLengthOfTheMean() {
    assertEquals(Math.sqrt(0.5), QueryExpansion.coherence(new float[][] {UP, QUERY}, 2), 1e-6);
    assertEquals(0, QueryExpansion.coherence(new float[][] {UP, DOWN}, 2), 1e-6);
    assertEquals(1, QueryExpansion.coherence(new float[][] {UP, DOWN}, 1), 1e-6);
  }

  /// Hits at right angles have a coherence of .707.
  @ParameterizedTest
  @CsvSource({"AUTO, .70, true", "AUTO, .71, false", "ON, .71, true", "OFF, .70, false"})
  void autoExpandsWhereTheHitsAreCoherent(Mode mode, float coherenceMin, boolean expands) {
    var expansion = new QueryExpansion(mode, new Parameters(10, 1, 30, coherenceMin));
    float[][] photos = {UP, QUERY};
    assertEquals(expands, expansion.expand(QUERY, photos, new float[2]).isPresent());
  }

  @Test
  void needsNoHitsWhenItIsOff() {
    assertEquals(0, new QueryExpansion(Mode.OFF, Parameters.defaults()).hits());
    assertEquals(10, new QueryExpansion(Mode.AUTO, Parameters.defaults()).hits());
  }

  @Test
  void refusesHitsOfAnotherNumberOrDimension() {
    QueryExpansion on = on(10, 1, 30);
    assertThrows(
        IllegalArgumentException.class,
        () -> on.expand(QUERY, new float[][] {UP}, new float[] {1, 1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> on.expand(QUERY, new float[][] {{1, 0, 0}}, new float[] {1}));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 30, .8",
    "101, 1, 30, .8",
    "10, -1, 30, .8",
    "10, NaN, 30, .8",
    "10, 1, Infinity, .8",
    "10, 1, 30, 1.1",
    "10, 1, 30, NaN"
  })
  void settingsOutOfRangeAreRefused(int hits, float weight, float sharpness, float coherenceMin) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Parameters(hits, weight, sharpness, coherenceMin));
  }
}
