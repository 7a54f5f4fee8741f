package io.sketchstream.training.leadership;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/// The readiness of a [LeaderLoop]: its topic is read to the end. Its liveness is that of its
/// worker.
public final class LeaderHealth {
  private LeaderHealth() {}

  /// What the check examines.
  public interface Subject {
    /// Whether this instance leads.
    boolean leads();

    /// Whether the topic is read to its end.
    boolean isCaughtUp();

    /// What is wrong, for people; empty when nothing is.
    String trouble();
  }

  public static HealthCheck ready(String name, Subject subject) {
    return () ->
        HealthCheckResponse.named(name)
            .status(subject.isCaughtUp())
            .withData("leading", subject.leads())
            .withData("trouble", subject.trouble())
            .build();
  }
}
