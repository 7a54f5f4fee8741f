package io.sketchstream.ingest.watch;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.Texts;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.Intake.Description;
import io.sketchstream.ingest.gallery.Precondition;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.tracing.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Adds one file of a watched folder to the gallery, or removes it.
///
/// **Threads:** any may call; calls block.
final class FileIntake {
  private static final Logger LOG = Logger.getLogger(FileIntake.class);

  private final Intake intake;

  /// The outcome for a file.
  enum Outcome {
    /// The gallery has its current content.
    IN,
    /// There is no such file; the gallery does not have it.
    OUT,
    /// Not an image; the gallery does not have it.
    REFUSED,
    /// Unknown: the file changed while it was read, could not be read, or not be removed.
    UNREADABLE,
    /// Kafka is not available.
    UNAVAILABLE,
    /// A defect of ours: the gallery keeps what it has of the file.
    FAILED
  }

  FileIntake(Intake intake) {
    this.intake = intake;
  }

  /// Puts a file into the gallery; when it is refused, its former version is removed. Attributes
  /// that were changed since it was first added stay.
  ///
  /// @param known whether the gallery may hold earlier content of it
  Outcome bring(Path file, Stamp stamp, boolean known) {
    String uri = ImageIds.uriOf(file);
    ImageAttributes attributes =
        ImageAttributes.newBuilder()
            .setUri(uri)
            .setTitle(Texts.normalized(file.getFileName().toString()))
            .build();
    try {
      intake.put(
          limit -> read(file, stamp, limit),
          new Description(
              Optional.of(ImageIds.ofFile(uri)),
              attributes,
              true,
              GalleryLimit.NONE,
              Precondition.NONE,
              TraceContext.started()));
      return Outcome.IN;
    } catch (RefusedException e) {
      LOG.warnf("%s is not added to the gallery: %s", file, e.getMessage());
      return known && take(file) == Outcome.UNAVAILABLE ? Outcome.UNAVAILABLE : Outcome.REFUSED;
    } catch (UnavailableException e) {
      return Outcome.UNAVAILABLE;
    } catch (IOException e) {
      LOG.debugf(e, "%s can't be read", file);
      return Outcome.UNREADABLE;
    } catch (RuntimeException e) { // It must not keep the other files waiting.
      LOG.errorf(e, "%s is not added to the gallery", file);
      return Outcome.FAILED;
    }
  }

  /// Removes a file from the gallery.
  Outcome take(Path file) {
    try {
      intake.remove(
          ImageIds.ofFile(ImageIds.uriOf(file)),
          GalleryLimit.NONE,
          Precondition.NONE,
          TraceContext.started());
      return Outcome.OUT;
    } catch (UnavailableException e) {
      return Outcome.UNAVAILABLE;
    } catch (RuntimeException e) { // It must not keep the other files waiting.
      LOG.errorf(e, "%s is not removed from the gallery yet", file);
      return Outcome.UNREADABLE;
    }
  }

  private static byte[] read(Path file, Stamp stamp, SizeLimit limit)
      throws IOException, RefusedException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = limit.read(in);
    }
    if (!Stamp.of(file).equals(stamp)) {
      throw new IOException("it changed while it was read");
    }
    return bytes;
  }
}
