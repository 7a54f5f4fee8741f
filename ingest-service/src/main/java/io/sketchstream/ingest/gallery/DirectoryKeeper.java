package io.sketchstream.ingest.gallery;

import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.shell.problem.Reasons;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/// Keeps a [GalleryDirectory] open: waits for Kafka, creates the topics, opens the directory, and
/// opens it again after a failure, or when `images` was deleted and recreated.
///
/// **Threads:** one worker, `ingest-directory-keeper`; any may ask for the directory. **Owns:** the
/// directory and the admin client.
final class DirectoryKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DirectoryKeeper.class);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(10);

  /// How often it asks whether `images` is still the topic that the directory was built from.
  private static final Duration IDENTIFY_EVERY = Duration.ofSeconds(5);

  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(8);
  private static final String DIRECTORY_PREFIX = "images-v1-";

  private final KafkaClients clients;
  private final GallerySettings settings;
  private final Workers workers;
  private Worker worker;
  private volatile Admin admin;
  private volatile GalleryDirectory opening;
  private volatile GalleryDirectory directory;
  private volatile String openedTopic = "";
  private volatile String problem = "Kafka has not answered yet";

  DirectoryKeeper(KafkaClients clients, GallerySettings settings, Workers workers) {
    this.clients = clients;
    this.settings = settings;
    this.workers = workers;
  }

  void start() {
    worker =
        workers.start(
            WorkerOptions.of("ingest-directory-keeper").withBackoff(TICK, BACKOFF_MAX), this::keep);
  }

  /// @throws UnavailableException when it is not open
  GalleryDirectory directory() {
    GalleryDirectory open = directory;
    if (open == null) {
      throw new UnavailableException("the gallery is not open: " + problem);
    }
    return open;
  }

  /// Kafka's id of the topic that the directory is built from.
  ///
  /// @throws UnavailableException when it is not open
  String topicId() {
    GalleryDirectory _ = directory();
    return openedTopic;
  }

  Optional<String> unreadyReason(Duration timeout) {
    Admin connected = admin;
    if (directory == null || connected == null) {
      return Optional.of(problem);
    }
    try {
      connected.describeCluster().clusterId().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of("Kafka does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted while asking Kafka");
    }
  }

  @Override
  public void close() {
    if (worker == null) {
      return;
    }
    worker.stop();
    GalleryDirectory restoring = opening;
    if (restoring != null) {
      restoring.close(); // Opening does not heed anything else.
    }
    boolean _ = worker.join(JOIN_TIMEOUT);
  }

  private void keep(Worker supervisor) throws InterruptedException {
    try (Admin connected = clients.admin("ingest-admin", ADMIN_TIMEOUT)) {
      admin = connected;
      keepOpen(connected, supervisor);
    } catch (UncheckedIOException e) {
      problem = "the gallery directory can't be kept on disk: " + Reasons.of(e);
      throw e;
    } catch (RuntimeException e) {
      problem = Reasons.of(e);
      throw e;
    } finally {
      admin = null;
    }
  }

  private void keepOpen(Admin connected, Worker supervisor) throws InterruptedException {
    settings.topics().createPermanent(connected);
    TopicDescription images = describeImages(connected);
    String topicId = images.topicId().toString();
    Path state = stateDirectory(topicId);
    DirectoryAge age = new DirectoryAge(state, settings.topics().awayMax(), InstantSource.system());
    if (age.isTooOld()) {
      LOG.warn("the gallery directory is so old that removals may be missing: it is rebuilt");
      clear(state);
    }
    LogOffsets offsets = new LogOffsets(connected, ADMIN_TIMEOUT);
    try (GalleryDirectory opened =
        new GalleryDirectory(
            clients.common(), state, images.partitions().size(), offsets, settings.catchUpMax())) {
      opening = opened;
      opened.start(supervisor::roundDone);
      opening = null;
      age.renew();
      openedTopic = topicId;
      directory = opened;
      LOG.infof("the gallery is open and holds %d images", opened.count());
      watch(opened, age, () -> requireTopic(offsets, topicId), supervisor);
    } finally {
      opening = null;
      directory = null;
    }
  }

  /// Returns when it is asked to end.
  private static void watch(
      GalleryDirectory opened, DirectoryAge age, Runnable topic, Worker supervisor)
      throws InterruptedException {
    long identifiedNanos = System.nanoTime();
    while (!supervisor.isStopping()) {
      if (opened.awaitEnd(TICK)) {
        throw new IllegalStateException("the gallery directory stopped");
      }
      if (age.isTooOld()) {
        throw new IllegalStateException("the gallery directory was out of date for too long");
      }
      if (System.nanoTime() - identifiedNanos >= IDENTIFY_EVERY.toNanos()) {
        topic.run();
        identifiedNanos = System.nanoTime();
      }
      if (age.isDue() && opened.isCaughtUp()) {
        age.renew();
      }
      supervisor.roundDone();
    }
  }

  /// @throws IllegalStateException when `images` has another id by now. A reader continues at its
  ///   offset, so images of the former topic would stay, and the first of the new one be missing
  private static void requireTopic(LogOffsets offsets, String topicId) {
    String images = Topics.IMAGES.name();
    String current;
    try {
      current = offsets.ids(List.of(images)).getOrDefault(images, topicId);
    } catch (RetriableException e) {
      LOG.debugf("the id of %s is not known: %s", images, e.getMessage());
      return; // The directory stays open while Kafka does not answer.
    }
    if (!current.equals(topicId)) {
      throw new IllegalStateException("the topic images was recreated");
    }
  }

  /// A separate directory for each topic: if Kafka was set up again, entries from the former topic
  /// would be wrong. Directories of former topics are deleted.
  private Path stateDirectory(String topicId) {
    Path mine = settings.stateDirectory().resolve(DIRECTORY_PREFIX + topicId);
    try {
      Files.createDirectories(mine);
      try (Stream<Path> all = Files.list(settings.stateDirectory())) {
        for (Path former : all.toList()) {
          if (former.getFileName().toString().startsWith(DIRECTORY_PREFIX)
              && !former.equals(mine)) {
            delete(former);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return mine;
  }

  private static void clear(Path directory) {
    try {
      delete(directory);
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static TopicDescription describeImages(Admin admin) throws InterruptedException {
    String images = Topics.IMAGES.name();
    try {
      return admin.describeTopics(List.of(images)).topicNameValues().get(images).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }
}
