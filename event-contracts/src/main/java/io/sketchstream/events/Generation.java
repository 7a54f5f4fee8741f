package io.sketchstream.events;

import java.util.regex.Pattern;

/// One trained model together with its embeddings topic and its index. Vectors of two generations
/// never meet, so everything that holds vectors is named after one.
///
/// @param id 1 to 64 characters of `a-z`, `0-9` and `-`, fit for a topic name
public record Generation(String id) implements Comparable<Generation> {
  private static final Pattern VALID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");

  /// @throws IllegalArgumentException when the id can't be part of a topic name
  public Generation {
    if (!VALID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "generation '%.80s' must match %s, it names a topic".formatted(id, VALID.pattern()));
    }
  }

  /// The generation of a model whose artifact hashes to this SHA-256: the same model is the same
  /// generation, on every machine and after every restart.
  public static Generation ofArtifact(String sha256Hex) {
    return new Generation("g" + sha256Hex.substring(0, 12));
  }

  /// The consumer group of the embedder that feeds this generation.
  public String embedGroup() {
    return "embed-" + id;
  }

  /// The consumer group of the embedder of standing queries.
  public String standingGroup() {
    return "embed-standing-" + id;
  }

  /// The Kafka Streams application that indexes this generation.
  public String queryApplication() {
    return "query-" + id;
  }

  @Override
  public int compareTo(Generation other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id;
  }
}
