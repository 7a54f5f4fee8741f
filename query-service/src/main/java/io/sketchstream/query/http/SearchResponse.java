package io.sketchstream.query.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.StageTiming;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// What a search answers over HTTP.
///
/// @param queryId also the key of its records in Kafka
/// @param generation the one generation that was searched
/// @param tookMillis from request to answer, as this service saw it
/// @param hits best first
/// @param next the `search_after` of the next page; empty when there is none
/// @param facets how often tags occur around the hits, most frequent first, if asked for
/// @param distinction how far the score of the best hit exceeds the usual scores of the gallery for
///   this sketch; absent where this is unknown: on later pages, with a filter, words, feedback or a
///   photo, and in a gallery of less than 100 images
/// @param timings microseconds by stage, in the order of the flow
public record SearchResponse(
    String queryId,
    String generation,
    double tookMillis,
    Shards shards,
    List<FoundImage> hits,
    String next,
    Map<String, Integer> facets,
    @JsonInclude(JsonInclude.Include.NON_NULL) Distinction distinction,
    Map<String, Long> timings) {

  /// How many shards there are, and how many of them are in this answer.
  public record Shards(int total, int answered) {}

  /// How the best hit compares with the gallery at large.
  ///
  /// @param nothingFits the best hit stands out no more than the best of as many images would by
  ///   chance
  /// @param deviations its score less the median of the sample, in widths of the sample
  /// @param sample how many images were compared
  public record Distinction(boolean nothingFits, float deviations, int sample) {
    private static Distinction of(SearchAnswered answer) {
      return answer.hasDistinction()
          ? new Distinction(
              answer.getDistinction().getNothingFits(),
              answer.getDistinction().getDeviations(),
              answer.getDistinction().getSample())
          : null;
    }
  }

  /// One image.
  ///
  /// @param score inner product of sketch and image less the hubness of the image, or the cosine
  ///   similarity of two images; higher is better
  /// @param duplicates near-duplicates of it among the `k` best that were collapsed into it
  public record FoundImage(
      String imageId,
      float score,
      int duplicates,
      String title,
      List<String> tags,
      String uri,
      Map<String, String> extra) {

    static FoundImage of(Hit hit, UnaryOperator<String> uris) {
      return new FoundImage(
          hit.getImageId(),
          hit.getScore(),
          hit.getDuplicates(),
          hit.getAttributes().getTitle(),
          List.copyOf(hit.getAttributes().getTagsList()),
          uris.apply(hit.getAttributes().getUri()),
          hit.getAttributes().getExtraMap());
    }
  }

  /// @param uris what the caller sees of them
  static SearchResponse of(SearchAnswered answer, UnaryOperator<String> uris, long nanos) {
    Map<String, Long> timings = new LinkedHashMap<>();
    for (StageTiming timing : answer.getTimingsList()) {
      timings.merge(timing.getStage(), timing.getMicros(), Long::sum);
    }
    Map<String, Integer> facets = new LinkedHashMap<>();
    answer.getFacetsList().forEach(facet -> facets.put(facet.getTag(), facet.getCount()));
    return new SearchResponse(
        answer.getQueryId(),
        answer.getGeneration(),
        Math.round(nanos / 1e4) / 1e2,
        new Shards(answer.getShardsTotal(), answer.getShardsAnswered()),
        answer.getHitsList().stream().map(hit -> FoundImage.of(hit, uris)).toList(),
        answer.getNext(),
        facets,
        Distinction.of(answer),
        timings);
  }
}
