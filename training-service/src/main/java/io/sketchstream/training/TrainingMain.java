package io.sketchstream.training;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.shell.process.ServiceProcess;
import java.util.Map;

/// Starts the training service as a process, on port 8084 of loopback unless configured otherwise.
@QuarkusMain(name = "training-service")
public final class TrainingMain {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "quarkus.application.name", "training-service",
          "quarkus.http.port", "8084",
          // Above training.artifact-bytes-max, so that our own bound answers.
          "quarkus.http.limits.max-body-size", "1100M");

  private TrainingMain() {}

  public static void main(String... args) {
    ServiceProcess.run(DEFAULTS, args);
  }
}
