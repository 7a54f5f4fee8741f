package io.sketchstream.embed;

import io.sketchstream.embed.Embedder.EmbedderContext;
import io.sketchstream.events.EmbedProgress;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/// Embedders that compare the images with their embeddings.
abstract class ComparedImagesFixture extends ImageLoopFixture {
  volatile Duration later = Duration.ZERO;

  Embedder embedder() {
    return TestKafka.start(
        new EmbedderContext(
            new KafkaClients(kafka.settings()),
            TestKafka.provisioner(),
            _ -> FakeEncoder.fast(7), // Each is closed with its embedder.
            TestKafka.options(16, 1),
            registry,
            Tracing.OFF,
            new Workers(registry),
            () -> Instant.now().plus(later)));
  }

  void embedAll() throws Exception {
    try (Embedder _ = embedder()) {
      awaitCompared();
    }
  }

  /// Waits until all is embedded and compared, as of the time of this test.
  void awaitCompared() throws Exception {
    kafka.awaitEmbedded(generation);
    long asOf = Instant.now().plus(later).minus(Duration.ofHours(1)).toEpochMilli();
    Await.until(
        generation + " is compared",
        () ->
            kafka.committed(generation.embedGroup()).values().stream()
                .map(offset -> EmbedProgress.parse(offset.metadata()).orElseThrow())
                .allMatch(progress -> progress.complete() && progress.asOf() > asOf));
    kafka.awaitEmbedded(generation);
  }

  /// Without those that [RemovedUnseenTest] adds to recreated topics.
  static Set<String> endingWith(Set<String> ids, String ending) {
    return ids.stream()
        .filter(id -> id.endsWith(ending) && !id.startsWith("present-"))
        .collect(Collectors.toSet());
  }
}
