package io.sketchstream.ingest.watch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.TestGallery;
import io.sketchstream.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecreatedGalleryTest {
  @Test
  void bringsTheFilesIntoATopicThatWasMadeAnew(@TempDir Path home) throws Exception {
    Path folder = Files.createDirectories(home.resolve("folder"));
    Path file = Files.write(folder.resolve("cat.png"), TestImages.png(1));
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        TestGallery gallery = TestGallery.open(broker, home.resolve("state"));
        FolderWatch watch =
            new FolderWatch(
                new FolderWatch.Settings(
                    List.of(folder), Duration.ofMillis(100), Duration.ofMillis(30)),
                gallery.intake(),
                gallery.gallery(),
                gallery.workers(),
                new SimpleMeterRegistry())) {
      watch.start();
      Await.until("it is in", () -> isIn(gallery, file));
      String former = gallery.gallery().topicId();
      String images = Topics.IMAGES.name();
      admin.deleteTopics(List.of(images)).all().get();
      Await.until("it is gone", () -> !admin.listTopics().names().get().contains(images));
      try (TestGallery _ = TestGallery.open(broker, home.resolve("other"))) {
        Await.until(
            "there is another topic",
            () -> gallery.isReady() && !gallery.gallery().topicId().equals(former));
      }
      Await.until("it is in again", () -> isIn(gallery, file));
    }
  }

  private static boolean isIn(TestGallery gallery, Path file) {
    return gallery.isReady()
        && gallery.gallery().find(ImageIds.ofFile(ImageIds.uriOf(file))).isPresent();
  }
}
