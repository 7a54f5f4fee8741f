package io.sketchstream.query.http;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.search.SearchQuery;
import io.sketchstream.shell.problem.ProblemException;

/// Checks that what a request needs is ready.
final class Ready {
  private Ready() {}

  static QueryEngine engine(QueryBeans query) {
    return query
        .engine()
        .orElseThrow(
            () -> new ProblemException(503, "the service is starting, or waits for Kafka"));
  }

  /// Checks that the generation that a search names may be searched.
  ///
  /// @throws ProblemException when there is none, or what it held is deleted
  static void requireGeneration(QueryEngine engine, SearchQuery query) {
    String id = query.request().getGeneration();
    if (id.isEmpty()) {
      return;
    }
    ModelChanged model = engine.generations().models().get(new Generation(id));
    if (model == null) {
      throw new ProblemException(
          404, "there is no generation '%s'; GET /v1/models lists them".formatted(id));
    }
    if (Generations.hasEnded(model)) {
      throw new ProblemException(
          409, "generation %s is %s and can't be searched".formatted(id, model.getState()));
    }
  }

  static Generation active(QueryEngine engine) {
    return engine
        .generations()
        .active()
        .map(model -> new Generation(model.getGeneration()))
        .orElseThrow(() -> new ProblemException(503, "no model is active yet"));
  }
}
