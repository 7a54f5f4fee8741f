package io.sketchstream.query.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.shell.progress.Backfill;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The progress of the whole installation.
///
/// @param images how many the gallery holds, and how many of them can be found
/// @param lag of the active generation, in records
/// @param rates of the last seconds
/// @param active the generation that sketches are searched in; empty before the first
/// @param shards of all generations, wherever they are
public record Status(
    Images images,
    Lag lag,
    Rates rates,
    List<GenerationStatus> generations,
    String active,
    List<ShardRow> shards) {

  /// Nothing is known yet.
  static final Status EMPTY =
      new Status(Images.UNKNOWN, new Lag(0, 0), new Rates(0, 0, 0), List.of(), "", List.of());

  /// @param count images in the gallery, as the ingest service says; empty when it does not answer
  /// @param indexed images of the active generation in the shards
  public record Images(OptionalLong count, long indexed) {
    static final Images UNKNOWN = new Images(OptionalLong.empty(), 0);
  }

  /// @param images records of `images` still to embed
  /// @param embeddings embeddings still to index
  public record Lag(long images, long embeddings) {}

  /// Records per second.
  public record Rates(
      double ingestedPerSecond, double embeddedPerSecond, double indexedPerSecond) {}

  /// One generation that was ever registered.
  ///
  /// @param documents images in its shards
  /// @param lag records still to embed or to index
  /// @param backfill its progress; absent when it is not catching up with the gallery
  public record GenerationStatus(
      String generation,
      String state,
      int dimension,
      String network,
      long documents,
      long lag,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Backfill> backfill) {}
}
