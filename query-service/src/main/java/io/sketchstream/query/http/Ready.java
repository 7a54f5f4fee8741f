package io.sketchstream.query.http;

import io.sketchstream.events.Generation;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryEngine;
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

  static Generation active(QueryEngine engine) {
    return engine
        .generations()
        .active()
        .map(model -> new Generation(model.getGeneration()))
        .orElseThrow(() -> new ProblemException(503, "no model is active yet"));
  }
}
