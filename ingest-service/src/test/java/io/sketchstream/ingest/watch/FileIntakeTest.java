package io.sketchstream.ingest.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.ingest.gallery.ConcurrencyLimiter;
import io.sketchstream.ingest.gallery.IngestMeters;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.watch.FileIntake.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileIntakeTest {
  @TempDir Path folder;

  /// The defect here: there is no gallery.
  @Test
  void aDefectStopsNoOtherFile() throws Exception {
    FileIntake intake =
        new FileIntake(
            new Intake(
                null,
                new ImageDecoder(ImageLimits.DEFAULT),
                new SizeLimit("ingest.max-bytes", 1 << 20),
                new ConcurrencyLimiter(1, _ -> {}),
                new IngestMeters(new SimpleMeterRegistry())));
    Path file = Files.writeString(folder.resolve("cat.png"), "a cat");

    assertEquals(Outcome.FAILED, intake.bring(file, Stamp.of(file), false));
  }
}
