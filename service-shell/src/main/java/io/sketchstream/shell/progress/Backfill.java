package io.sketchstream.shell.progress;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.OptionalLong;

/// Progress of a generation that is catching up with the gallery.
///
/// @param fraction of the gallery that is embedded, 0 to 1
/// @param imagesToEmbed records of `images` that are left
/// @param embeddingsToIndex embeddings that are left
/// @param imagesPerSecond of the last half minute
/// @param etaSeconds until all are embedded, at that rate; absent while that is not known
public record Backfill(
    boolean paused,
    double fraction,
    long imagesToEmbed,
    long embeddingsToIndex,
    double imagesPerSecond,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalLong etaSeconds) {
  /// Nothing is known yet.
  public static final Backfill UNKNOWN = new Backfill(false, 0, 0, 0, 0, OptionalLong.empty());

  /// @param images records of `images` in all
  public static Backfill of(
      long images, long imagesToEmbed, long embeddingsToIndex, double imagesPerSecond) {
    double fraction = images == 0 ? 1 : Math.clamp(1 - (double) imagesToEmbed / images, 0, 1);
    OptionalLong eta =
        imagesPerSecond > 0 && imagesToEmbed > 0
            ? OptionalLong.of((long) Math.ceil(imagesToEmbed / imagesPerSecond))
            : OptionalLong.empty();
    return new Backfill(false, fraction, imagesToEmbed, embeddingsToIndex, imagesPerSecond, eta);
  }

  /// A copy that is paused or not. While it is paused, its end is not known.
  public Backfill withPaused(boolean isPaused) {
    return isPaused
        ? new Backfill(
            true, fraction, imagesToEmbed, embeddingsToIndex, imagesPerSecond, OptionalLong.empty())
        : this;
  }
}
