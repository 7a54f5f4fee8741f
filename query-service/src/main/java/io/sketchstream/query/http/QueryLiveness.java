package io.sketchstream.query.http;

import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.index.GenerationIndex;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/// Alive unless an index has given up after repeated faults. Kafka away is no reason to restart.
@Liveness
@ApplicationScoped
public class QueryLiveness implements HealthCheck {
  private final QueryBeans query;

  QueryLiveness(QueryBeans query) {
    this.query = query;
  }

  @Override
  public HealthCheckResponse call() {
    boolean failed =
        query.engine().stream()
            .flatMap(engine -> engine.generations().indexes().stream())
            .anyMatch(GenerationIndex::failed);
    return HealthCheckResponse.named("query-service").status(!failed).build();
  }
}
