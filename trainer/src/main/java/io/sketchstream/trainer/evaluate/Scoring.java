package io.sketchstream.trainer.evaluate;

import io.sketchstream.score.Hubness;
import io.sketchstream.score.QueryExpansion;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// How photos are ranked after the network, as serving does it.
///
/// @param hubness of photos, which is taken off their scores
/// @param expansion of queries
public record Scoring(Hubness hubness, QueryExpansion expansion) {

  /// The name of the step that is cosine similarity alone.
  public static final String PLAIN = "plain";

  /// Cosine similarity alone.
  public static Scoring plain() {
    return new Scoring(Hubness.none(), expansion(QueryExpansion.Mode.OFF));
  }

  /// Hubness off and on, queries expanded never, always, and where their first hits agree, which is
  /// how it is served; by name.
  ///
  /// @param hubness of the model; without a bank, the steps that need one are left out
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

  /// As it is served.
  ///
  /// @param hubness of the model
  public static Scoring served(Hubness hubness) {
    return new Scoring(hubness, expansion(QueryExpansion.Mode.AUTO));
  }

  private static QueryExpansion expansion(QueryExpansion.Mode mode) {
    return new QueryExpansion(mode, QueryExpansion.Parameters.defaults());
  }
}
