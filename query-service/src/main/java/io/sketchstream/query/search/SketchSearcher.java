package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Instants;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.tracing.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Turns an embedded sketch into its answer, which may be an error. There always is one.
///
/// **Threads:** any number; each blocks until it has the answer.
public final class SketchSearcher {
  private static final Logger LOG = Logger.getLogger(SketchSearcher.class);
  private static final double NORM_TOLERANCE = 1e-3;

  /// Longest query id, in characters. The answer to a longer one carries only its beginning.
  static final int QUERY_ID_LENGTH_MAX = 256;

  private static final int VECTOR_LENGTH_MAX = 1 << 14;
  private static final int GENERATION_LENGTH_MAX = 64;
  private static final int TIMINGS_MAX = 32;
  private static final int STAGE_LENGTH_MAX = 32;
  private static final int REASON_LENGTH_MAX = 1_000;

  private final GenerationSearcher searcher;
  private final SearchMetrics metrics;
  private final InstantSource clock;
  private final BrokerClock brokers;
  private final Duration timeoutMax;

  /// @param brokers clock of the brokers, in which the deadlines of searches from Kafka are given
  /// @param timeoutMax how long a search may take, whatever deadline its caller names
  public SketchSearcher(
      GenerationSearcher searcher,
      SearchMetrics metrics,
      InstantSource clock,
      BrokerClock brokers,
      Duration timeoutMax) {
    this.searcher = searcher;
    this.metrics = metrics;
    this.clock = clock;
    this.brokers = brokers;
    this.timeoutMax = timeoutMax;
  }

  /// @param record the one that the sketch came in
  /// @param parsed its request, where that was parsed in this process already
  public SearchAnswered answer(
      ConsumerRecord<?, ?> record, SketchEmbedded sketch, Optional<SearchQuery> parsed)
      throws InterruptedException {
    Step step = Step.current().with("sketchstream.query.id", sketch.getQueryId());
    long hopMicros = Instants.since(record.timestamp(), brokers.instant()).toNanos() / 1000;
    SearchAnswered.Builder answer = empty(sketch);
    answer.addTimings(Stages.timing("embeddings-hop", hopMicros));
    try {
      inBounds(sketch);
      requireEmbedded(sketch);
      SearchQuery query =
          parsed.isPresent() ? parsed.get() : parse(sketch.getRequest(), record.timestamp());
      answer.mergeFrom(search(sketch, query).buildPartial());
      metrics.answered(answer.getTimingsList());
      return answer.build();
    } catch (SearchFailure e) {
      return failed(sketch, e, step);
    } catch (RuntimeException e) {
      LOG.errorf(e, "search %s failed", sketch.getQueryId());
      SearchErrorCode unspecified = SearchErrorCode.SEARCH_ERROR_CODE_UNSPECIFIED;
      return failed(sketch, new SearchFailure(unspecified, "internal error"), step);
    }
  }

  /// The error answer to a failed search.
  SearchAnswered failed(SketchEmbedded sketch, SearchFailure failure, Step step) {
    step.failed(failure.code() + ": " + failure.getMessage());
    metrics.failed(failure);
    return empty(sketch).setError(failure.toEvent()).build();
  }

  /// Small, whatever the record contains.
  private static SearchAnswered.Builder empty(SketchEmbedded sketch) {
    return SearchAnswered.newBuilder()
        .setQueryId(beginning(sketch.getQueryId(), QUERY_ID_LENGTH_MAX))
        .setGeneration(beginning(sketch.getGeneration(), GENERATION_LENGTH_MAX))
        .addAllTimings(
            sketch.getTimingsList().stream()
                .limit(TIMINGS_MAX)
                .filter(timing -> timing.getStage().length() <= STAGE_LENGTH_MAX)
                .map(timing -> Stages.timing(timing.getStage(), timing.getMicros()))
                .toList());
  }

  private static String beginning(String text, int lengthMax) {
    return text.substring(0, Math.min(text.length(), lengthMax));
  }

  private static void inBounds(SketchEmbedded sketch) throws SearchFailure {
    int length = sketch.getQueryId().length();
    if (length > QUERY_ID_LENGTH_MAX) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST,
          "query_id has %d characters, more than %d".formatted(length, QUERY_ID_LENGTH_MAX));
    }
    if (sketch.getVectorCount() > VECTOR_LENGTH_MAX) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST,
          "the vector has %d dimensions, more than %d"
              .formatted(sketch.getVectorCount(), VECTOR_LENGTH_MAX));
    }
  }

  /// A sketch that was refused may come without most of its request.
  private static void requireEmbedded(SketchEmbedded sketch) throws SearchFailure {
    if (sketch.hasError()) {
      throw new SearchFailure(
          sketch.getError().getCode(),
          beginning(sketch.getError().getMessage(), REASON_LENGTH_MAX));
    }
  }

  /// Its deadline by the clock of this process, bounded by the longest time allowed. A search
  /// without a deadline starts with the timestamp of its record.
  private SearchQuery parse(SearchRequest request, long recordMillis) throws SearchFailure {
    Instant now = clock.instant();
    if (request.hasDeadline()) {
      Instant deadline =
          brokers.isKnown() ? brokers.toOwn(Instants.of(request.getDeadline())) : Instants.MAX;
      SearchRequest ours = request.toBuilder().setDeadline(Instants.timestamp(deadline)).build();
      return SearchQuery.parse(ours, now.plus(timeoutMax));
    }
    Duration age = Instants.since(recordMillis, brokers.instant());
    return SearchQuery.parse(request, now.minus(age).plus(timeoutMax));
  }

  private SearchAnswered.Builder search(SketchEmbedded sketch, SearchQuery query)
      throws SearchFailure, InterruptedException {
    if (clock.instant().isAfter(query.deadline())) {
      throw new SearchFailure(
          SearchErrorCode.DEADLINE_EXCEEDED,
          "the deadline " + query.deadline() + " passed before the search began");
    }
    return searcher.search(generation(sketch), vector(sketch), query);
  }

  private static Generation generation(SketchEmbedded sketch) throws SearchFailure {
    try {
      return new Generation(beginning(sketch.getGeneration(), GENERATION_LENGTH_MAX + 1));
    } catch (IllegalArgumentException e) {
      throw new SearchFailure(SearchErrorCode.BAD_REQUEST, e.getMessage());
    }
  }

  private static float[] vector(SketchEmbedded sketch) throws SearchFailure {
    float[] vector = new float[sketch.getVectorCount()];
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = sketch.getVector(i);
      squares += (double) vector[i] * vector[i];
    }
    if (!(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) {
      throw new SearchFailure(
          SearchErrorCode.BAD_REQUEST, "the vector has length " + Math.sqrt(squares) + ", not 1");
    }
    return vector;
  }
}
