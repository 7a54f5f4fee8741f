package io.sketchstream.ingest.gallery;

import com.google.protobuf.UnsafeByteOperations;
import io.micrometer.core.instrument.Timer;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Sha256;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.CanonicalImage;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.process.DecoderUnavailableException;
import io.sketchstream.ingest.gallery.ConcurrencyLimiter.Permit;
import io.sketchstream.ingest.gallery.Gallery.Acknowledged;
import io.sketchstream.ingest.gallery.GalleryEntry.Fingerprint;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.tracing.TraceContext;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// The one way into the gallery, for HTTP and watched folders alike: wait for a permit, read, hash,
/// compare with the gallery, decode, write, count.
///
/// **Threads:** any may call; calls block.
public final class Intake {
  private final Gallery gallery;
  private final ImageDecoder decoder;
  private final SizeLimit limit;
  private final ConcurrencyLimiter limiter;
  private final IngestMeters meters;

  /// Reads the original, after a permit was granted, so that waiting uploads take no memory.
  public interface Source {
    /// @return the whole file
    byte[] read(SizeLimit limit) throws IOException, RefusedException;
  }

  /// The id and the attributes of an image.
  ///
  /// @param id empty: the SHA-256 of the original
  /// @param attributes of the image
  /// @param ofNew whether they apply only to a new image; an existing one keeps its own
  /// @param limit the galleries that the caller reaches
  /// @param condition of the caller, for the image that is there
  public record Description(
      Optional<String> id,
      ImageAttributes attributes,
      boolean ofNew,
      GalleryLimit limit,
      Precondition condition,
      TraceContext trace) {
    public Description(
        Optional<String> id, ImageAttributes attributes, GalleryLimit limit, TraceContext trace) {
      this(id, attributes, false, limit, Precondition.NONE, trace);
    }
  }

  /// @param limit largest original accepted
  public Intake(
      Gallery gallery,
      ImageDecoder decoder,
      SizeLimit limit,
      ConcurrencyLimiter limiter,
      IngestMeters meters) {
    this.gallery = gallery;
    this.decoder = decoder;
    this.limit = limit;
    this.limiter = limiter;
    this.meters = meters;
  }

  /// Largest original accepted.
  public SizeLimit limit() {
    return limit;
  }

  /// Puts an image into the gallery.
  ///
  /// @throws RefusedException when it is not accepted; counted here
  /// @throws IOException when the source can't be read
  public Acknowledged put(Source source, Description description)
      throws RefusedException, IOException {
    try (Permit _ = limiter.acquire()) {
      Timer.Sample sample = Timer.start();
      Acknowledged acknowledged = write(read(source), description);
      sample.stop(meters.put());
      count(acknowledged);
      return acknowledged;
    } catch (RefusedException e) {
      meters.refused(e.reason());
      throw e;
    }
  }

  /// Removes an image from the gallery.
  ///
  /// @param limit of the caller; an image that it does not allow is not there for it
  /// @param condition of the caller, for the image
  /// @return the position of the removal; empty when there is no such image
  public Optional<String> remove(
      String id, GalleryLimit limit, Precondition condition, TraceContext trace) {
    Optional<String> position = gallery.remove(id, limit, condition, trace);
    position.ifPresent(_ -> meters.removed());
    return position;
  }

  /// Changes the attributes of an image.
  ///
  /// @param limit of the caller, who reaches the image before and after
  /// @param condition of the caller, for the image before
  /// @return empty when there is no such image
  /// @throws RefusedException when the change is not accepted
  public Optional<Acknowledged> change(
      String id,
      Gallery.AttributeChange change,
      GalleryLimit limit,
      Precondition condition,
      TraceContext trace)
      throws RefusedException {
    if (!gallery.has(id, limit)) {
      return Optional.empty();
    }
    Optional<Acknowledged> changed =
        gallery.change(
            id,
            before -> {
              GalleryNames.check(limit, before);
              ImageAttributes after = change.of(before);
              GalleryNames.check(limit, after);
              return after;
            },
            condition,
            trace);
    changed.ifPresent(this::count);
    return changed;
  }

  private void count(Acknowledged acknowledged) {
    if (acknowledged.changed()) {
      meters.accepted();
    } else {
      meters.unchanged();
    }
  }

  private byte[] read(Source source) throws IOException, RefusedException {
    byte[] original = source.read(limit);
    meters.size(original.length);
    return original;
  }

  private Acknowledged write(byte[] original, Description given) throws RefusedException {
    Description description =
        new Description(
            given.id(),
            GalleryNames.within(given.limit(), given.attributes()),
            given.ofNew(),
            given.limit(),
            given.condition(),
            given.trace());
    // The directory leaves out a record that is out of bounds: its image could not be removed.
    ImageAttributes _ = AttributeBounds.check(description.attributes());
    byte[] sha256 = Sha256.of(original);
    String id = description.id().orElseGet(() -> ImageIds.ofContent(sha256));
    Fingerprint wanted = Fingerprint.of(sha256, description.attributes());
    Optional<String> position =
        gallery.positionOf(
            id,
            description.ofNew()
                ? there -> there.content().equals(wanted.content())
                : wanted::equals);
    if (position.isPresent()) {
      description.condition().check(gallery.find(id));
      return new Acknowledged(id, position.get(), false);
    }
    CanonicalImage canonical = canonical(original);
    return gallery.put(
        ImageIngested.newBuilder()
            .setImageId(id)
            .setJpeg(UnsafeByteOperations.unsafeWrap(canonical.jpeg()))
            .setAttributes(attributes(id, description))
            .setContentSha256(wanted.content())
            .setWidth(canonical.width())
            .setHeight(canonical.height())
            .build(),
        description.limit(),
        description.condition(),
        description.trace());
  }

  private ImageAttributes attributes(String id, Description description) {
    return description.ofNew() && gallery.positionOf(id, _ -> true).isPresent()
        ? gallery
            .read(id)
            .map(stored -> stored.image().getAttributes())
            .orElse(description.attributes())
        : description.attributes();
  }

  private CanonicalImage canonical(byte[] original) throws RefusedException {
    Timer.Sample sample = Timer.start();
    try {
      CanonicalImage canonical = CanonicalImage.of(original, decoder);
      sample.stop(meters.decode());
      return canonical;
    } catch (RefusedImageException e) {
      throw new RefusedException(Reason.BAD_IMAGE, e.getMessage(), e);
    } catch (DecoderUnavailableException e) {
      throw new UnavailableException(e.getMessage(), e);
    } catch (CancellationException e) {
      throw new UnavailableException("the service is stopping", e);
    }
  }
}
