package io.sketchstream.query.http;

import io.sketchstream.events.Generation;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.index.GenerationIndex;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready when a model is active and the shards of its generation are restored.
@Readiness
@ApplicationScoped
public class QueryReadiness implements HealthCheck {
  private final QueryBeans query;

  QueryReadiness(QueryBeans query) {
    this.query = query;
  }

  @Override
  public HealthCheckResponse call() {
    String waitsFor = query.engine().map(QueryReadiness::waitsFor).orElse("Kafka");
    var response = HealthCheckResponse.named("query-service");
    return waitsFor.isEmpty()
        ? response.up().build()
        : response.down().withData("waits for", waitsFor).build();
  }

  private static String waitsFor(QueryEngine engine) {
    return engine
        .generations()
        .active()
        .map(active ->
            engine
                    .generations()
                    .index(new Generation(active.getGeneration()))
                    .filter(GenerationIndex::ready)
                    .isPresent()
                ? ""
                : "the index of generation " + active.getGeneration())
        .orElse("an active model");
  }
}
