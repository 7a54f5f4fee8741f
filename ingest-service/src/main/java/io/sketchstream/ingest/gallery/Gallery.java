package io.sketchstream.ingest.gallery;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.sketchstream.encoder.pixels.CanonicalImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.gallery.GalleryEntry.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;

/// The gallery: images go in and out through `[images]`.
///
/// What any call of this instance was acknowledged, the next call sees. Where an answer means that
/// nothing needs to be written (`unchanged`, not found), the directory first catches up with
/// everything any instance was acknowledged, so that such an answer is never founded on the past;
/// when it can't, the image is written once more, which costs work but loses nothing.
///
/// **Threads:** any may call; calls block, so virtual ones do well. **Owns:** the directory, the
/// consumers that read images.
public final class Gallery implements AutoCloseable {
  private static final int READ_ATTEMPTS_MAX = 3;

  private final DirectoryKeeper keeper;
  private final EventLog log;
  private final ImageReader reader;
  private final InstantSource clock;
  private final int unreadWritesMax;

  /// Makes the canonical image when it turns out to be needed.
  public interface Canonicaliser {
    CanonicalImage canonical() throws RefusedImageException;
  }

  /// A write that is in Kafka.
  ///
  /// @param position token of the record that holds the image
  /// @param changed false when the gallery held this very image already
  public record Acknowledged(String imageId, String position, boolean changed) {}

  /// An image as it is in the gallery.
  public record StoredImage(GalleryEntry entry, ByteString jpeg) {}

  /// @param log where images are written; stays the caller's
  public Gallery(
      Map<String, Object> kafka, GallerySettings settings, EventLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
    this.unreadWritesMax = settings.unreadWritesMax();
    keeper = new DirectoryKeeper(kafka, settings);
    reader = new ImageReader(kafka, settings.readersMax(), settings.readTimeout());
  }

  /// Starts to look for Kafka and to read the directory; returns at once.
  public void start() {
    keeper.start();
  }

  /// Whether Kafka answers and the directory is complete; otherwise why not.
  public Optional<String> unreadyReason(Duration timeout) {
    return keeper.unreadyReason(timeout);
  }

  /// Puts an image in, unless this very image with these attributes is there already.
  ///
  /// @param contentSha256 of the original
  /// @param canonicaliser asked only when the image has to be written
  /// @throws UnavailableException when Kafka did not acknowledge; the image may be in or not
  public Acknowledged put(
      String id,
      byte[] contentSha256,
      ImageAttributes attributes,
      Canonicaliser canonicaliser,
      TraceContext trace)
      throws RefusedImageException {
    GalleryDirectory directory = keeper.directory();
    Fingerprint fingerprint = Fingerprint.of(contentSha256, attributes);
    if (holds(directory, id, fingerprint) && directory.catchUp(id)) {
      Optional<GalleryEntry> entry =
          directory.find(id).filter(e -> e.fingerprint().equals(fingerprint));
      if (entry.isPresent()) {
        return new Acknowledged(id, entry.get().position(), false);
      }
    }
    CanonicalImage canonical = canonicaliser.canonical();
    requireRoom(directory, id);
    ImageIngested event = event(id, canonical, attributes, contentSha256);
    RecordMetadata record = log.await(log.append(Topics.IMAGES, id, event, trace));
    directory.noteWritten(
        id,
        record.partition(),
        record.offset(),
        Optional.of(GalleryEntry.of(event, record.partition(), record.offset())));
    return new Acknowledged(id, PositionTokens.format(record.partition(), record.offset()), true);
  }

  /// Takes an image out.
  ///
  /// @return the position of the removal; empty when there is no such image
  public Optional<String> remove(String id, TraceContext trace) {
    GalleryDirectory directory = keeper.directory();
    boolean current = directory.catchUp(id);
    if (directory.find(id).isEmpty()) {
      requireCurrent(current);
      return Optional.empty();
    }
    requireRoom(directory, id);
    RecordMetadata record =
        log.await(log.appendRemoval(Topics.IMAGES, ImageIngested.class, id, trace));
    directory.noteWritten(id, record.partition(), record.offset(), Optional.empty());
    return Optional.of(PositionTokens.format(record.partition(), record.offset()));
  }

  /// The entry of an image; empty when it is not in the gallery.
  public Optional<GalleryEntry> find(String id) {
    GalleryDirectory directory = keeper.directory();
    Optional<GalleryEntry> entry = directory.find(id);
    if (entry.isPresent()) {
      return entry;
    }
    requireCurrent(directory.catchUp(id));
    return directory.find(id);
  }

  /// The canonical image, read from Kafka; empty when it is not in the gallery.
  public Optional<StoredImage> read(String id) {
    for (int attempt = 1; attempt <= READ_ATTEMPTS_MAX; attempt++) {
      Optional<GalleryEntry> entry = find(id);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      Optional<ImageIngested> image = reader.read(entry.get().partition(), entry.get().offset());
      if (image.isPresent()) {
        return Optional.of(new StoredImage(entry.get(), image.get().getJpeg()));
      }
      // Compacted away, so there is a newer record, on its way here.
      requireCurrent(keeper.directory().catchUp(id));
    }
    throw new UnavailableException("image " + id + " is changing too fast to be read");
  }

  /// How many images the gallery holds; exact.
  public long count() {
    return keeper.directory().count();
  }

  /// Shows every image whose id starts with a prefix.
  public void forEach(String prefix, BiConsumer<String, GalleryEntry> visitor) {
    keeper.directory().forEach(prefix, visitor);
  }

  @Override
  public void close() {
    keeper.close();
    reader.close();
  }

  private static boolean holds(GalleryDirectory directory, String id, Fingerprint fingerprint) {
    return directory.find(id).filter(entry -> entry.fingerprint().equals(fingerprint)).isPresent();
  }

  private void requireRoom(GalleryDirectory directory, String id) {
    if (directory.writtenCount() >= unreadWritesMax) {
      requireCurrent(directory.catchUp(id));
    }
  }

  private static void requireCurrent(boolean current) {
    if (!current) {
      throw new UnavailableException("the gallery directory is behind Kafka");
    }
  }

  private ImageIngested event(
      String id, CanonicalImage canonical, ImageAttributes attributes, byte[] contentSha256) {
    Instant now = clock.instant();
    return ImageIngested.newBuilder()
        .setImageId(id)
        .setJpeg(UnsafeByteOperations.unsafeWrap(canonical.jpeg()))
        .setAttributes(attributes)
        .setContentSha256(ByteString.copyFrom(contentSha256))
        .setIngestedAt(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .setWidth(canonical.width())
        .setHeight(canonical.height())
        .build();
  }
}
