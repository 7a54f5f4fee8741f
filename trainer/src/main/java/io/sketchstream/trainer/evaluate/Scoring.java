package io.sketchstream.trainer.evaluate;

import io.sketchstream.score.Hubness;
import io.sketchstream.score.QueryExpansion;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// How photos are ranked by their embeddings, as in serving.
///
/// @param hubness subtracted from the scores of photos
/// @param expansion query expansion
public record Scoring(Hubness hubness, QueryExpansion expansion) {

  /// The name of the method that is cosine similarity alone.
  public static final String PLAIN = "plain";

  /// Cosine similarity alone.
  public static Scoring plain() {
    return new Scoring(Hubness.none(), expansion(QueryExpansion.Mode.OFF));
  }

  /// The ranking methods by name: without and with hubness subtracted; with queries expanded never,
  /// always, or if their first hits agree, as in serving.
  ///
  /// @param hubness hubness of the model; without a bank, the methods that need one are left out
  public static SequencedMap<String, Scoring> steps(Hubness hubness) {
    SequencedMap<String, Scoring> steps = new LinkedHashMap<>();
    steps.put(PLAIN, plain());
    if (hubness.rows() > 0) {
      steps.put("hubness", new Scoring(hubness, expansion(QueryExpansion.Mode.OFF)));
    }
    steps.put("expanded", new Scoring(hubness, expansion(QueryExpansion.Mode.ON)));
    steps.put("served", served(hubness));
    return steps;
  }

  /// The ranking of serving.
  ///
  /// @param hubness of the model
  public static Scoring served(Hubness hubness) {
    return new Scoring(hubness, expansion(QueryExpansion.Mode.AUTO));
  }

  private static QueryExpansion expansion(QueryExpansion.Mode mode) {
    return new QueryExpansion(mode, QueryExpansion.Parameters.defaults());
  }
}
