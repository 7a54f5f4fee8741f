package io.sketchstream.ingest.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.ConcurrencyLimiter;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.IngestMeters;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.Intake.Description;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.gallery.TestGallery;
import io.sketchstream.ingest.watch.FileIntake.Outcome;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.tracing.TraceContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileIntakeTest {
  @TempDir Path folder;

  /// The defect here: there is no gallery.
  @Test
  void aDefectStopsNoOtherFile() throws Exception {
    FileIntake intake = new FileIntake(withoutGallery());
    Path file = Files.writeString(folder.resolve("cat.png"), "a cat");

    assertEquals(Outcome.FAILED, intake.bring(file, Stamp.of(file), false));
    assertEquals(Outcome.UNREADABLE, intake.take(file), "tried again");
  }

  /// Each `^` of a path is three characters of its URI.
  @Test
  void aFileWithALongPathCanBeRemovedAgain() throws Exception {
    Path deep = folder.resolve("photos");
    for (int i = 0; i < 4; i++) {
      deep = deep.resolve("^".repeat(210));
    }
    Path file = Files.createDirectories(deep).resolve("cat.png");
    Files.write(file, TestImages.png(1));
    String uri = ImageIds.uriOf(file);
    assertTrue(uri.length() >= 2500, uri.length() + " characters");

    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        TestGallery gallery = TestGallery.open(broker, folder.resolve("state"))) {
      FileIntake intake = new FileIntake(gallery.intake());
      assertEquals(Outcome.IN, intake.bring(file, Stamp.of(file), false));
      String id = ImageIds.ofFile(uri);
      assertTrue(gallery.remove(id).isPresent(), "it was there");
      assertTrue(gallery.gallery().find(id).isEmpty());
    }
  }

  /// There is no gallery that it could be written to.
  @Test
  void attributesOutOfBoundsAreRefusedBeforeAnythingIsWritten() {
    ImageAttributes attributes =
        ImageAttributes.newBuilder().setUri("https://" + "x".repeat(2500)).build();
    Description description =
        new Description(Optional.of("cat"), attributes, GalleryLimit.NONE, TraceContext.started());

    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () -> withoutGallery().put(_ -> TestImages.png(1), description));
    assertTrue(refused.getMessage().startsWith("uri has 2508 characters"), refused.getMessage());
  }

  private static Intake withoutGallery() {
    return new Intake(
        null,
        new ImageDecoder(ImageLimits.DEFAULT),
        new SizeLimit("ingest.max-bytes", 1 << 20),
        new ConcurrencyLimiter(1, _ -> {}),
        new IngestMeters(new SimpleMeterRegistry()));
  }
}
