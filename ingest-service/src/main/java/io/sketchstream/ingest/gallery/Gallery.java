package io.sketchstream.ingest.gallery;

import com.google.protobuf.ByteString;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Instants;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.gallery.GalleryEntry.Fingerprint;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.TraceContext;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.RecordMetadata;

/// The gallery: images are added and removed through `[images]`.
///
/// A call sees every write that an earlier call of this instance was acknowledged. Before an answer
/// that writes nothing (`unchanged`, not found), the directory catches up with the acknowledged
/// writes of all instances, so that such an answer is never outdated. If it can't catch up, the
/// image is written again, which costs work but loses nothing.
///
/// **Threads:** any may call; calls block, so virtual threads are suitable. **Owns:** the
/// directory, the consumers that read images.
public final class Gallery implements AutoCloseable {
  private static final int READ_ATTEMPTS_MAX = 3;

  private final DirectoryKeeper keeper;
  private final EventLog log;
  private final ImageReader reader;
  private final InstantSource clock;
  private final int unreadWritesMax;
  private final ImageLocks locks = new ImageLocks();

  /// A write that is in Kafka.
  ///
  /// @param position token of the record that holds the image
  /// @param changed false when the gallery held this very image already
  public record Acknowledged(String imageId, String position, boolean changed) {
    /// The status that callers see.
    public String status() {
      return changed ? "accepted" : "unchanged";
    }
  }

  /// An image as it is in the gallery.
  ///
  /// @param image as it was written
  public record StoredImage(GalleryEntry entry, ImageIngested image) {
    /// The canonical image.
    public ByteString jpeg() {
      return image.getJpeg();
    }
  }

  /// A change of attributes.
  public interface AttributeChange {
    /// @return the attributes afterwards
    ImageAttributes of(ImageAttributes before) throws RefusedException;
  }

  /// @param log where images are written; stays the caller's
  public Gallery(
      KafkaClients clients,
      GallerySettings settings,
      EventLog log,
      InstantSource clock,
      Workers workers) {
    this.log = log;
    this.clock = clock;
    this.unreadWritesMax = settings.unreadWritesMax();
    keeper = new DirectoryKeeper(clients, settings, workers);
    reader = new ImageReader(clients, settings.readersMax(), settings.readTimeout());
  }

  /// Starts to look for Kafka and to read the directory; returns at once.
  public void start() {
    keeper.start();
  }

  /// Whether Kafka answers and the directory is complete; otherwise why not.
  public Optional<String> unreadyReason(Duration timeout) {
    return keeper.unreadyReason(timeout);
  }

  /// The position of an image if the gallery holds exactly this version of it.
  Optional<String> positionOf(String id, Predicate<Fingerprint> wanted) {
    GalleryDirectory directory = keeper.directory();
    if (find(directory, id, wanted).isEmpty() || !directory.catchUp(id)) {
      return Optional.empty();
    }
    return find(directory, id, wanted).map(GalleryEntry::position);
  }

  /// Writes an image; it is ingested now.
  ///
  /// @param limit of the caller; an image that it does not allow is not replaced
  /// @param condition of the caller, for the image that is there
  /// @throws RefusedException when the id is that of an image in another gallery
  /// @throws UnavailableException when Kafka did not acknowledge; the image may be in or not
  Acknowledged put(
      ImageIngested image, GalleryLimit limit, Precondition condition, TraceContext trace)
      throws RefusedException {
    String id = image.getImageId();
    boolean reads = !limit.isNone() || condition != Precondition.NONE;
    Lock lock = reads ? locks.forChange(id) : locks.forWrite(id);
    lock.lock();
    try {
      if (reads) {
        requireCurrent(keeper.directory().catchUp(id));
      }
      if (!limit.isNone()) {
        GalleryNames.check(limit, read(id).map(StoredImage::image));
      }
      condition.check(reads ? find(id) : Optional.empty());
      return write(
          image.toBuilder().setIngestedAt(Instants.timestamp(clock.instant())).build(), trace);
    } finally {
      lock.unlock();
    }
  }

  /// Changes the attributes of an image. Its pixels stay, and so does the time of its ingestion.
  ///
  /// @param condition looked at once the change is accepted
  /// @return empty when there is no such image
  /// @throws RefusedException when the change is not accepted
  Optional<Acknowledged> change(
      String id, AttributeChange change, Precondition condition, TraceContext trace)
      throws RefusedException {
    Lock lock = locks.forChange(id);
    lock.lock();
    try {
      requireCurrent(keeper.directory().catchUp(id)); // Another instance may have written it.
      Optional<StoredImage> stored = read(id);
      if (stored.isEmpty()) {
        return Optional.empty();
      }
      ImageIngested before = stored.get().image();
      ImageIngested after =
          before.toBuilder()
              .setImageId(id)
              .setAttributes(change.of(before.getAttributes()))
              .build();
      condition.check(stored.map(StoredImage::entry));
      return Optional.of(
          after.equals(before)
              ? new Acknowledged(id, stored.get().entry().position(), false)
              : write(after, trace));
    } finally {
      lock.unlock();
    }
  }

  private Acknowledged write(ImageIngested event, TraceContext trace) {
    GalleryDirectory directory = keeper.directory();
    String id = event.getImageId();
    requireRoom(directory, id);
    ImageIngested image = naming(directory.find(id), event);
    RecordMetadata record = log.await(log.append(Topics.IMAGES, id, image, trace));
    directory.noteWritten(
        id,
        record.partition(),
        record.offset(),
        Optional.of(GalleryEntry.of(image, record.partition(), record.offset())));
    return new Acknowledged(id, PositionTokens.format(record.partition(), record.offset()), true);
  }

  /// Names the record that it replaces, if that one is of the same original: then embed need not
  /// embed it again.
  private static ImageIngested naming(Optional<GalleryEntry> former, ImageIngested event) {
    ImageIngested.Builder image = event.toBuilder().clearFormerOffset();
    former
        .filter(entry -> entry.fingerprint().content().equals(event.getContentSha256()))
        .ifPresent(entry -> image.setFormerOffset(entry.offset()));
    return image.build();
  }

  /// Removes an image.
  ///
  /// @param limit of the caller; an image that it does not allow is not there for it
  /// @param condition looked at when there is such an image
  /// @return the position of the removal; empty when there is no such image
  Optional<String> remove(
      String id, GalleryLimit limit, Precondition condition, TraceContext trace) {
    boolean reads = !limit.isNone() || condition != Precondition.NONE;
    Lock lock = reads ? locks.forChange(id) : locks.forWrite(id);
    lock.lock();
    try {
      return has(id, limit) ? removeLocked(id, condition, trace) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Optional<String> removeLocked(String id, Precondition condition, TraceContext trace) {
    GalleryDirectory directory = keeper.directory();
    boolean current = directory.catchUp(id);
    Optional<GalleryEntry> there = directory.find(id);
    if (there.isEmpty() || condition != Precondition.NONE) {
      requireCurrent(current);
    }
    if (there.isEmpty()) {
      return Optional.empty();
    }
    condition.check(there);
    requireRoom(directory, id);
    RecordMetadata record =
        log.await(log.appendRemoval(Topics.IMAGES, ImageIngested.class, id, trace));
    directory.noteWritten(id, record.partition(), record.offset(), Optional.empty());
    return Optional.of(PositionTokens.format(record.partition(), record.offset()));
  }

  /// Whether an image may be there for a caller.
  ///
  /// @return false when it is not in the galleries that the caller is limited to
  public boolean has(String id, GalleryLimit limit) {
    if (limit.isNone()) {
      return true; // Whoever asks on says whether there is such an image.
    }
    requireCurrent(keeper.directory().catchUp(id)); // Another instance may have moved it.
    return read(id).filter(found -> GalleryNames.allows(limit, found.image())).isPresent();
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
        return Optional.of(new StoredImage(entry.get(), image.get()));
      }
      // Compacted away, so there is a newer record, on its way here.
      requireCurrent(keeper.directory().catchUp(id));
    }
    throw new UnavailableException("image " + id + " is changing too fast to be read");
  }

  /// Identifies what the gallery is kept in: another one holds nothing of the former one.
  ///
  /// @throws UnavailableException when the gallery is not open
  public String topicId() {
    return keeper.topicId();
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

  private static Optional<GalleryEntry> find(
      GalleryDirectory directory, String id, Predicate<Fingerprint> wanted) {
    return directory.find(id).filter(entry -> wanted.test(entry.fingerprint()));
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
}
