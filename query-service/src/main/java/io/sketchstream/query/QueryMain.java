package io.sketchstream.query;

import io.quarkus.runtime.annotations.QuarkusMain;
import io.sketchstream.shell.process.ServiceProcess;
import java.util.Map;

/// Starts the query service as a process, on port 8083 of loopback unless configured otherwise.
@QuarkusMain(name = "query-service")
public final class QueryMain {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "quarkus.application.name", "query-service",
          "quarkus.http.port", "8083");

  private QueryMain() {}

  public static void main(String... args) {
    ServiceProcess.run(DEFAULTS, args);
  }
}
