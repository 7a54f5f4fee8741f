package io.sketchstream.query.status;

import java.util.List;
import java.util.OptionalLong;

/// How far everything is.
///
/// @param images what the gallery holds, and what of it can be found
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
      new Status(
          new Images(OptionalLong.empty(), 0),
          new Lag(0, 0),
          new Rates(0, 0, 0),
          List.of(),
          "",
          List.of());

  /// @param count images in the gallery, as the ingest service says; empty when it does not answer
  /// @param indexed images of the active generation in the shards
  public record Images(OptionalLong count, long indexed) {}

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
  public record GenerationStatus(
      String generation, String state, int dimension, String network, long documents, long lag) {}
}
