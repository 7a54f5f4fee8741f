package io.sketchstream.events;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.sketchstream.events.Topic.Cleanup;
import java.time.Duration;
import java.util.List;

/// All topics, in the order of the flow.
///
/// ```
/// images ──> image-embeddings-g ──┐
///                                 ├──> search-results      labels ──> models
/// sketches ──> sketch-embeddings ─┘
///
/// standing-queries ──> standing-query-embeddings-g ──> matches ──> webhooks
/// ```
public final class Topics {
  private static final Duration AN_HOUR = Duration.ofHours(1);
  private static final Duration A_MONTH = Duration.ofDays(30);

  /// The gallery. Key: image id.
  public static final Topic<ImageIngested> IMAGES =
      compacted("images", ImageIngested.parser(), "ingest-service");

  /// Searches to embed. Key: query id.
  public static final Topic<SketchSubmitted> SKETCHES =
      transientTopic("sketches", SketchSubmitted.parser(), "query-service and any Kafka client");

  /// Searches to answer. Key: query id.
  public static final Topic<SketchEmbedded> SKETCH_EMBEDDINGS =
      transientTopic("sketch-embeddings", SketchEmbedded.parser(), "embed-service");

  /// Answers. Key: query id; the partition is the one the caller asked for.
  public static final Topic<SearchAnswered> SEARCH_RESULTS =
      transientTopic("search-results", SearchAnswered.parser(), "query-service");

  /// Standing queries. Key: query id; one partition, so that any client's partitioner works.
  public static final Topic<StandingQuery> STANDING_QUERIES =
      compacted("standing-queries", StandingQuery.parser(), "query-service and any Kafka client");

  /// Matches of standing queries, and their withdrawals. Key: query id, blank, image id.
  public static final Topic<StandingQueryMatched> MATCHES =
      new Topic<>(
          "matches",
          ProtobufSerde.of(StandingQueryMatched.parser()),
          Cleanup.DELETE,
          A_MONTH,
          "query-service");

  /// The webhooks that have not accepted all of their matches yet. Key: query id; one partition.
  public static final Topic<WebhookChanged> WEBHOOKS =
      compacted("webhooks", WebhookChanged.parser(), "query-service");

  /// Labelled examples. Key: label id.
  public static final Topic<ExampleLabelled> LABELS =
      compacted("labels", ExampleLabelled.parser(), "ingest-service and any Kafka client");

  /// The state of each generation. Key: generation; one partition.
  public static final Topic<ModelChanged> MODELS =
      compacted("models", ModelChanged.parser(), "training-service");

  /// The state of each training run. Key: run id; one partition.
  public static final Topic<TrainingRunChanged> TRAINING_RUNS =
      compacted("training-runs", TrainingRunChanged.parser(), "training-service");

  private Topics() {}

  /// The vectors of one generation. Key: image id; partitioned as [#IMAGES].
  public static Topic<ImageEmbedded> imageEmbeddings(Generation generation) {
    return compacted(
        "image-embeddings-" + generation.id(), ImageEmbedded.parser(), "embed-service");
  }

  /// The standing queries of one generation with their vectors. Key: query id; one partition.
  public static Topic<StandingQueryEmbedded> standingQueryEmbeddings(Generation generation) {
    return compacted(
        "standing-query-embeddings-" + generation.id(),
        StandingQueryEmbedded.parser(),
        "embed-service");
  }

  /// The key of all matches of one image for one standing query. A query id never contains a space.
  public static String matchKey(String queryId, String imageId) {
    return queryId + " " + imageId;
  }

  /// Every topic that exists in any installation, dead letters aside.
  public static List<Topic<?>> permanent() {
    return List.of(
        IMAGES,
        SKETCHES,
        SKETCH_EMBEDDINGS,
        SEARCH_RESULTS,
        STANDING_QUERIES,
        MATCHES,
        WEBHOOKS,
        LABELS,
        MODELS,
        TRAINING_RUNS);
  }

  private static <M extends MessageLite> Topic<M> compacted(
      String name, Parser<M> parser, String writer) {
    return new Topic<>(name, ProtobufSerde.of(parser), Cleanup.COMPACT, Duration.ZERO, writer);
  }

  private static <M extends MessageLite> Topic<M> transientTopic(
      String name, Parser<M> parser, String writer) {
    return new Topic<>(name, ProtobufSerde.of(parser), Cleanup.DELETE, AN_HOUR, writer);
  }
}
