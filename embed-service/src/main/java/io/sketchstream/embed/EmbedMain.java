package io.sketchstream.embed;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.shell.process.ServiceProcess;
import java.util.Map;

/// Starts the embed service as a process, on port 8082 of loopback unless configured otherwise.
@QuarkusMain(name = "embed-service")
public final class EmbedMain {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "quarkus.application.name", "embed-service",
          "quarkus.http.port", "8082");

  private EmbedMain() {}

  public static void main(String... args) {
    ServiceProcess.run(DEFAULTS, args);
  }
}
