package io.sketchstream.training.lead;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/// The health of something that a [Decider] decides. Ready: all of its topic is read. Alive: its
/// thread runs, whether or not Kafka answers.
public final class LeadHealth {
  private LeadHealth() {}

  /// What there is to say of it.
  public interface Subject {
    /// Whether this instance decides.
    boolean leads();

    /// Whether all of its topic is read.
    boolean isCaughtUp();

    /// What is wrong, for people; empty when nothing is.
    String trouble();

    /// Whether its thread runs.
    boolean isAlive();
  }

  /// @param name of it
  public static HealthCheck ready(String name, Subject subject) {
    return () ->
        HealthCheckResponse.named(name)
            .status(subject.isCaughtUp())
            .withData("leading", subject.leads())
            .withData("trouble", subject.trouble())
            .build();
  }

  /// @param name of it
  public static HealthCheck alive(String name, Subject subject) {
    return () -> HealthCheckResponse.named(name + " thread").status(subject.isAlive()).build();
  }
}
