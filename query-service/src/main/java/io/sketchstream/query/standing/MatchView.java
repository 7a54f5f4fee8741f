package io.sketchstream.query.standing;

import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQueryMatched;
import java.util.List;
import java.util.function.UnaryOperator;

/// A match of a standing query as callers see it.
///
/// @param score as in a search, and the threshold; both null for a query without likeness
/// @param withdrawn whether the image was removed since, which ends the match
public record MatchView(
    String queryId,
    String imageId,
    String generation,
    Float score,
    Float threshold,
    String title,
    List<String> tags,
    String uri,
    String ingestedAt,
    String matchedAt,
    boolean withdrawn) {

  /// The match as it is reported.
  ///
  /// @param uris what its reader sees of them
  public static MatchView of(StandingQueryMatched match, UnaryOperator<String> uris) {
    boolean drawn = match.getScore() != 0 || match.getThreshold() != 0;
    return new MatchView(
        match.getQueryId(),
        match.getImageId(),
        match.getGeneration(),
        drawn ? match.getScore() : null,
        drawn ? match.getThreshold() : null,
        match.getAttributes().getTitle(),
        List.copyOf(match.getAttributes().getTagsList()),
        uris.apply(match.getAttributes().getUri()),
        Instants.of(match.getIngestedAt()).toString(),
        Instants.of(match.getMatchedAt()).toString(),
        match.getWithdrawn());
  }
}
