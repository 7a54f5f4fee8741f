package io.sketchstream.ingest.watch;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.TraceContext;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.ingest.intake.ImageIds;
import io.sketchstream.ingest.intake.Intake;
import io.sketchstream.ingest.intake.Intake.Description;
import io.sketchstream.ingest.intake.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Brings one file of a watched folder into the gallery, or takes it out.
///
/// **Threads:** any may call; calls block.
final class FileIntake {
  private static final Logger LOG = Logger.getLogger(FileIntake.class);

  private final Intake intake;

  /// What became of a file.
  enum Outcome {
    /// The gallery has it as it is.
    IN,
    /// The gallery has nothing of it, and there is nothing.
    OUT,
    /// It is no image, and the gallery has nothing of it.
    REFUSED,
    /// Nothing can be said of it now: it changed while it was read, or could not be read.
    UNREADABLE,
    /// Kafka is away.
    UNAVAILABLE
  }

  FileIntake(Intake intake) {
    this.intake = intake;
  }

  /// Makes the gallery hold a file as it is; one that is refused takes its former self with it.
  ///
  /// @param known whether the gallery may hold a former content of it
  Outcome bring(Path file, Stamp stamp, boolean known) {
    String uri = ImageIds.uriOf(file);
    ImageAttributes attributes =
        ImageAttributes.newBuilder().setUri(uri).setTitle(file.getFileName().toString()).build();
    try {
      intake.put(
          () -> read(file, stamp),
          new Description(Optional.of(ImageIds.ofFile(uri)), attributes, TraceContext.started()));
      return Outcome.IN;
    } catch (RefusedException e) {
      LOG.warnf("%s is not taken into the gallery: %s", file, e.getMessage());
      return known && take(file) == Outcome.UNAVAILABLE ? Outcome.UNAVAILABLE : Outcome.REFUSED;
    } catch (UnavailableException e) {
      return Outcome.UNAVAILABLE;
    } catch (IOException e) {
      LOG.debugf(e, "%s can't be read", file);
      return Outcome.UNREADABLE;
    }
  }

  /// Takes a file out of the gallery.
  Outcome take(Path file) {
    try {
      intake.remove(ImageIds.ofFile(ImageIds.uriOf(file)), TraceContext.started());
      return Outcome.OUT;
    } catch (UnavailableException e) {
      return Outcome.UNAVAILABLE;
    }
  }

  private byte[] read(Path file, Stamp stamp) throws IOException, RefusedException {
    intake.checkSize(stamp.size());
    byte[] bytes = Files.readAllBytes(file);
    if (!Stamp.of(file).equals(stamp)) {
      throw new IOException("it changed while it was read");
    }
    return bytes;
  }
}
