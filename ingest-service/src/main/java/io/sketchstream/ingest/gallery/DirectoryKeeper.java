package io.sketchstream.ingest.gallery;

import io.sketchstream.events.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Keeps a [GalleryDirectory] open: waits for Kafka, makes the topics, opens the directory, and
/// opens it again when it fails.
///
/// **Threads:** one of its own, `ingest-directory-keeper`; any may ask for the directory. **Owns:**
/// the directory and the admin client.
final class DirectoryKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DirectoryKeeper.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(8);
  private static final String DIRECTORY_PREFIX = "images-v1-";

  private final Map<String, Object> kafka;
  private final GallerySettings settings;
  private final Thread thread = new Thread(this::keep, "ingest-directory-keeper");
  private volatile boolean closed;
  private volatile Admin admin;
  private volatile GalleryDirectory opening;
  private volatile GalleryDirectory directory;
  private volatile String problem = "Kafka has not answered yet";

  DirectoryKeeper(Map<String, Object> kafka, GallerySettings settings) {
    this.kafka = kafka;
    this.settings = settings;
  }

  void start() {
    thread.start();
  }

  /// @throws UnavailableException when it is not open
  GalleryDirectory directory() {
    GalleryDirectory open = directory;
    if (open == null) {
      throw new UnavailableException("the gallery is not open: " + problem);
    }
    return open;
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
    closed = true;
    thread.interrupt();
    GalleryDirectory restoring = opening;
    if (restoring != null) {
      restoring.close(); // Opening does not heed interrupts.
    }
    try {
      thread.join(JOIN_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    while (!closed) {
      try (Admin connected = Admin.create(adminSettings())) {
        admin = connected;
        keepOpen(connected);
      } catch (KafkaException | IllegalStateException | UnavailableException e) {
        report(e.getMessage());
      } catch (UncheckedIOException e) {
        report("the gallery directory can't be kept on disk: " + e.getMessage());
      } catch (InterruptedException e) {
        return; // Closing.
      } finally {
        admin = null;
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void keepOpen(Admin connected) throws InterruptedException {
    settings.topics().createPermanent(connected);
    TopicDescription images = describeImages(connected);
    LogEnds logEnds = new LogEnds(connected, ADMIN_TIMEOUT);
    try (GalleryDirectory opened =
        new GalleryDirectory(
            kafka,
            stateDirectory(images.topicId().toString()),
            images.partitions().size(),
            logEnds,
            settings.catchUpMax())) {
      opening = opened;
      opened.start();
      opening = null;
      directory = opened;
      LOG.infof("the gallery is open and holds %d images", opened.count());
      opened.awaitEnd();
      report("the gallery directory stopped");
    } finally {
      opening = null;
      directory = null;
    }
  }

  private void report(String reason) {
    if (!closed && !problem.equals(reason)) {
      LOG.warnf("the gallery is not open, trying again: %s", reason);
    }
    problem = reason;
  }

  /// A directory of its own for each topic: where Kafka was set up anew under the same name, what
  /// was read from the former topic would be wrong. Those of former topics are deleted.
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

  private Map<String, Object> adminSettings() {
    Map<String, Object> merged = new HashMap<>(kafka);
    merged.put(AdminClientConfig.CLIENT_ID_CONFIG, "ingest-admin");
    int timeoutMillis = Math.toIntExact(ADMIN_TIMEOUT.toMillis());
    merged.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis);
    merged.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis / 2);
    return merged;
  }
}
