package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each of the four services in its own process: they share only topics.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class ServicesApartTest {
  @TempDir Path directory;

  @Test
  void importsAndSearchesAcrossFourProcesses() throws Exception {
    try (KafkaForTests kafka = KafkaForTests.start(directory.resolve("kafka"));
        Fleet fleet = new Fleet(directory, kafka.bootstrapServers())) {
      // Query before training, training before embed: the start order does not matter.
      URI query = fleet.start("query-service", "-Dquery.state-dir=" + directory.resolve("index"));
      fleet.start(
          "training-service",
          "-Dtraining.model=" + TestModel.directory(),
          "-Dtraining.model-store=" + directory.resolve("models"));
      fleet.start("embed-service");
      URI ingest =
          fleet.start("ingest-service", "-Dingest.state-dir=" + directory.resolve("ingest"));
      fleet.awaitReady();
      try (GalleryClient gallery = new GalleryClient(ingest, query)) {
        String position = gallery.put("drawing", Pictures.png(1)).position();
        JsonNode answer = gallery.search(Pictures.png(1), 3, position);
        assertEquals(List.of("drawing"), GalleryClient.ids(answer), answer::toString);
        assertTrue(answer.at("/shards/total").asInt() > 0);
      }
      fleet.stop();
    }
  }
}
