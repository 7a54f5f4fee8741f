package io.sketchstream.ingest.intake;

import io.micrometer.core.instrument.Timer;
import io.sketchstream.encoder.pixels.CanonicalImage;
import io.sketchstream.encoder.pixels.ImageDecoder;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.Gallery.Acknowledged;
import io.sketchstream.ingest.gallery.GalleryEntry;
import io.sketchstream.ingest.gallery.TraceContext;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.ingest.intake.RefusedException.Reason;
import io.sketchstream.ingest.intake.Turns.Turn;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// The one way in for images, wherever they come from: takes a turn, checks, decodes once, writes,
/// counts.
///
/// **Threads:** any may call; calls block.
public final class Intake {
  private final Gallery gallery;
  private final ImageDecoder decoder;
  private final long bytesMax;
  private final Turns turns;
  private final IngestMeters meters;

  /// Reads the original when its turn has come, so that waiting uploads take no memory.
  public interface Source {
    /// @return the whole file
    byte[] read() throws IOException, RefusedException;
  }

  /// What is known of an image besides its pixels.
  ///
  /// @param id empty: the SHA-256 of the original
  public record Description(Optional<String> id, ImageAttributes attributes, TraceContext trace) {}

  /// @param bytesMax largest original accepted
  public Intake(
      Gallery gallery, ImageDecoder decoder, long bytesMax, Turns turns, IngestMeters meters) {
    this.gallery = gallery;
    this.decoder = decoder;
    this.bytesMax = bytesMax;
    this.turns = turns;
    this.meters = meters;
  }

  /// Largest original accepted, in bytes.
  public long bytesMax() {
    return bytesMax;
  }

  /// Puts an image into the gallery.
  ///
  /// @throws RefusedException when it is not accepted; counted here
  /// @throws IOException when the source can't be read
  public Acknowledged put(Source source, Description description)
      throws RefusedException, IOException {
    try (Turn _ = turns.take()) {
      Timer.Sample sample = Timer.start();
      Acknowledged acknowledged = putNow(source.read(), description);
      sample.stop(meters.put());
      if (acknowledged.changed()) {
        meters.accepted();
      } else {
        meters.unchanged();
      }
      return acknowledged;
    } catch (RefusedException e) {
      meters.refused(e.reason());
      throw e;
    }
  }

  /// Takes an image out of the gallery.
  ///
  /// @return the position of the removal; empty when there is no such image
  public Optional<String> remove(String id, TraceContext trace) {
    Optional<String> position = gallery.remove(id, trace);
    position.ifPresent(_ -> meters.removed());
    return position;
  }

  private Acknowledged putNow(byte[] original, Description description) throws RefusedException {
    meters.size(original.length);
    checkSize(original.length);
    byte[] sha256 = GalleryEntry.sha256(original);
    String id = description.id().orElseGet(() -> ImageIds.ofContent(sha256));
    try {
      return gallery.put(
          id, sha256, description.attributes(), () -> canonical(original), description.trace());
    } catch (RefusedImageException e) {
      throw new RefusedException(Reason.BAD_IMAGE, e.getMessage(), e);
    } catch (CancellationException e) {
      throw new UnavailableException("the service is stopping", e);
    }
  }

  /// Refuses an original by its size.
  public void checkSize(long bytes) throws RefusedException {
    if (bytes > bytesMax) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "the file is larger than ingest.max-bytes, which is %d bytes".formatted(bytesMax));
    }
    if (bytes == 0) {
      throw new RefusedException(Reason.BAD_IMAGE, "the file is empty");
    }
  }

  private CanonicalImage canonical(byte[] original) throws RefusedImageException {
    Timer.Sample sample = Timer.start();
    CanonicalImage canonical = CanonicalImage.of(original, decoder);
    sample.stop(meters.decode());
    return canonical;
  }
}
