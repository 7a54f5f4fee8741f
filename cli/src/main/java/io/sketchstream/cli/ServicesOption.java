package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where the other services are; shared by the commands that need several of them.
final class ServicesOption {
  @Option(
      names = "--ingest",
      paramLabel = "URL",
      description = "Address of ingest-service (default: as reported by the server).")
  private Optional<String> ingest = Optional.empty();

  @Option(
      names = "--training",
      paramLabel = "URL",
      description = "Address of training-service (default: as reported by the server).")
  private Optional<String> training = Optional.empty();

  /// Asks a server where the others are. It is closed with them.
  ///
  /// @throws CommandFailure when it does not answer
  Services of(Server query) {
    JsonNode endpoints = Server.expectJson(query.get("/v1/endpoints", Map.of()));
    return new Services(
        query,
        query.at(ingest.orElse(endpoints.path("ingest").asText())),
        query.at(training.orElse(endpoints.path("training").asText())),
        endpoints.path("kafka").asText());
  }
}
