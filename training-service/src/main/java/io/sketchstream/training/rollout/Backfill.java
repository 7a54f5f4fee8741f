package io.sketchstream.training.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.training.rollout.GenerationCatchUp.Progress;

/// Progress of a backfill.
///
/// @param fraction 0 to 1
/// @param imagesToEmbed records of `images` left
/// @param embeddingsToIndex embeddings left
/// @param imagesPerSecond of the last half minute
/// @param etaSeconds until it is ready, at that rate; absent while unknown
record Backfill(
    boolean paused,
    double fraction,
    long imagesToEmbed,
    long embeddingsToIndex,
    double imagesPerSecond,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long etaSeconds) {
  static Backfill of(Progress progress, boolean paused) {
    boolean known = progress.secondsLeft().isPresent() && !paused;
    return new Backfill(
        paused,
        progress.fraction(),
        progress.imagesToEmbed(),
        progress.embeddingsToIndex(),
        progress.imagesPerSecond(),
        known ? progress.secondsLeft().getAsLong() : null);
  }
}
