package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.query.recall.RecallMonitor;
import io.sketchstream.query.scatter.PackedVector;
import io.sketchstream.shell.tracing.Step;
import java.time.Instant;

/// From an embedded sketch to its answer, which may be an error; never nothing.
final class SearchAnswers {
  private static final double NORM_TOLERANCE = 1e-3;

  private final GenerationSearcher searcher;
  private final RecallMonitor recall;
  private final SearchMetrics metrics;

  SearchAnswers(GenerationSearcher searcher, RecallMonitor recall, SearchMetrics metrics) {
    this.searcher = searcher;
    this.recall = recall;
    this.metrics = metrics;
  }

  /// @param hopMicros how long the record was on its way here
  SearchAnswered answer(SketchEmbedded sketch, Instant deadline, long hopMicros)
      throws InterruptedException {
    Step step = Step.current().with("sketchstream.query.id", sketch.getQueryId());
    SearchAnswered.Builder answer =
        SearchAnswered.newBuilder()
            .setQueryId(sketch.getQueryId())
            .setGeneration(sketch.getGeneration())
            .addAllTimings(sketch.getTimingsList())
            .addTimings(Stages.timing("embeddings-hop", hopMicros));
    try {
      search(sketch, deadline).addTo(answer);
      metrics.answered(answer.getTimingsList());
    } catch (SearchFailure e) {
      step.failed(e.code() + ": " + e.getMessage());
      answer.setError(e.toEvent());
      metrics.failed(e);
    }
    return answer.build();
  }

  private Found search(SketchEmbedded sketch, Instant deadline)
      throws SearchFailure, InterruptedException {
    if (sketch.hasError()) {
      throw new SearchFailure(sketch.getError().getCode(), sketch.getError().getMessage());
    }
    SearchRequest request = sketch.getRequest();
    Question question =
        new Question(
            new Question.Page(request.getK(), request.getSearchAfter(), request.getFacets()),
            request.getFilter(),
            request.getText(),
            new Question.Demands(request.getAfterList(), deadline, request.getComplete()));
    Instant asked = Instant.now();
    float[] vector = vector(sketch);
    Found found = searcher.search(generation(sketch), vector, question);
    boolean plain = request.getText().isBlank() && request.getSearchAfter().isEmpty();
    if (plain && found.shards().answered() == found.shards().total()) {
      recall.offer(
          new RecallMonitor.Answered(
              generation(sketch),
              PackedVector.pack(vector),
              request.getFilter(),
              request.getK(),
              found.hits(),
              asked));
    }
    return found;
  }

  private static Generation generation(SketchEmbedded sketch) throws SearchFailure {
    try {
      return new Generation(sketch.getGeneration());
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
