package io.sketchstream.ingest.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.ingest.gallery.Gallery;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.Parallel;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.ingest.watch.FileIntake.Outcome;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/// Keeps the gallery in sync with directories and everything below them.
///
/// 1. At the start it asks the gallery which of their files it holds, so that files deleted while
///    nobody watched are removed from the gallery too. It does so again when the gallery was made
///    anew.
/// 2. Scans and change events mark files whose stamp differs from the last one processed.
/// 3. A marked file that has not changed for a while is added, or removed if it no longer exists.
///
/// If a directory can't be read, or does not exist, its images stay in the gallery.
///
/// **Threads:** one worker, `ingest-folder-watch`, which owns all state here; a few virtual ones
/// while files are added.
public final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FolderWatch.class);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(5);
  private static final int ROUND_FILES_MAX = 256;
  private static final int CONCURRENCY = 4;

  private final WatchedRoots roots;
  private final Duration scanInterval;
  private final Duration settle;
  private final FileIntake intake;
  private final Gallery gallery;
  private final Workers workers;
  private Worker worker;

  private final Map<Path, Stamp> settled = new HashMap<>();
  private final Map<Path, Marked> marked = new HashMap<>();
  private final Set<Path> inGallery = new HashSet<>();
  private String topicId = "";
  private volatile int markedCount;

  /// A file to process once it has not changed since this time.
  private record Marked(Stamp stamp, long sinceNanos) {}

  /// What is watched, and how.
  ///
  /// @param scanInterval time between full scans
  /// @param settle how long a file must be unchanged
  public record Settings(List<Path> roots, Duration scanInterval, Duration settle) {}

  public FolderWatch(
      Settings settings, Intake intake, Gallery gallery, Workers workers, MeterRegistry registry) {
    this.roots = new WatchedRoots(settings.roots());
    this.scanInterval = settings.scanInterval();
    this.settle = settings.settle();
    this.intake = new FileIntake(intake);
    this.gallery = gallery;
    this.workers = workers;
    Gauge.builder("ingest.watch.pending", this, watch -> watch.markedCount)
        .description("Files of watched folders that are not processed yet")
        .register(registry);
  }

  /// Starts to watch, as soon as the gallery is open.
  public void start() {
    worker =
        workers.start(
            WorkerOptions.of("ingest-folder-watch").withBackoff(BACKOFF, BACKOFF_MAX), this::run);
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.stop();
      boolean _ = worker.join(JOIN_TIMEOUT);
    }
  }

  private void run(Worker supervisor) throws IOException, InterruptedException {
    try (FolderTree tree = new FolderTree(FileSystems.getDefault().newWatchService())) {
      while (!learnWhatIsInTheGallery()) {
        if (supervisor.isStopping()) {
          return;
        }
        supervisor.pause(TICK);
        supervisor.roundDone();
      }
      LOG.infof("watching %s; the gallery holds %d of their files", roots, inGallery.size());
      watch(tree, supervisor);
    }
  }

  /// @return false when the gallery is not open yet
  private boolean learnWhatIsInTheGallery() {
    try {
      String present = gallery.topicId(); // First: what is learnt may be of a later one.
      if (!present.equals(topicId)) {
        inGallery.clear();
        settled.clear(); // None of it is in another gallery.
        gallery.forEach(
            ImageIds.FILE_PREFIX,
            (id, entry) -> roots.fileOf(id, entry.uri()).ifPresent(inGallery::add));
        topicId = present;
      }
      return true;
    } catch (UnavailableException e) {
      LOG.debugf("the gallery is not open yet: %s", e.getMessage());
      return false;
    }
  }

  private void watch(FolderTree tree, Worker supervisor) throws InterruptedException {
    long nextScan = System.nanoTime();
    while (!supervisor.isStopping()) {
      supervisor.roundDone();
      if (System.nanoTime() - nextScan >= 0) {
        boolean _ = learnWhatIsInTheGallery();
        scan(tree);
        nextScan = System.nanoTime() + scanInterval.toNanos();
      }
      boolean more = dealWithSettled();
      Duration pause = more ? Duration.ZERO : pause(nextScan);
      if (!tree.awaitChanges(pause, this::noticeChange)) {
        nextScan = System.nanoTime();
      }
    }
  }

  private Duration pause(long nextScan) {
    Duration untilScan = Duration.ofNanos(Math.max(1_000_000, nextScan - System.nanoTime()));
    Duration tick =
        marked.isEmpty() ? TICK : Duration.ofMillis(Math.clamp(settle.toMillis() / 2, 5, 500));
    return untilScan.compareTo(tick) < 0 ? untilScan : tick;
  }

  private void scan(FolderTree tree) {
    for (Path root : roots.all()) {
      Set<Path> found = new HashSet<>();
      Set<Path> missed =
          tree.scan(
              root,
              (file, stamp) -> {
                found.add(file);
                mark(file, stamp);
              });
      if (tree.isEmpty(root) && found.isEmpty()) {
        continue;
      }
      Set<Path> gone = new HashSet<>(inGallery);
      gone.addAll(settled.keySet());
      gone.removeIf(file -> !file.startsWith(root) || found.contains(file));
      gone.removeIf(file -> missed.stream().anyMatch(file::startsWith));
      gone.forEach(file -> mark(file, Stamp.ABSENT));
    }
  }

  private void noticeChange(Path changed, Stamp stamp) {
    mark(changed, stamp);
    if (stamp.equals(Stamp.ABSENT) && !inGallery.contains(changed)) { // Perhaps a directory.
      inGallery.stream()
          .filter(file -> file.startsWith(changed))
          .forEach(file -> mark(file, Stamp.of(file)));
    }
  }

  private void mark(Path file, Stamp stamp) {
    Marked before = marked.get(file);
    boolean known = before == null ? stamp.equals(settled.get(file)) : before.stamp().equals(stamp);
    if (!known) {
      marked.put(file, new Marked(stamp, System.nanoTime()));
    }
  }

  /// @return whether there are more of them
  private boolean dealWithSettled() {
    List<Map.Entry<Path, Stamp>> ready = settledFiles();
    markedCount = marked.size();
    List<Outcome> outcomes =
        Parallel.map(ready, CONCURRENCY, file -> dealWith(file.getKey(), file.getValue()));
    for (int i = 0; i < ready.size(); i++) {
      note(ready.get(i).getKey(), ready.get(i).getValue(), outcomes.get(i));
    }
    markedCount = marked.size();
    return ready.size() == ROUND_FILES_MAX && !outcomes.contains(Outcome.UNAVAILABLE);
  }

  private List<Map.Entry<Path, Stamp>> settledFiles() {
    List<Map.Entry<Path, Stamp>> ready = new ArrayList<>();
    long now = System.nanoTime();
    for (Map.Entry<Path, Marked> entry : marked.entrySet()) {
      if (ready.size() == ROUND_FILES_MAX) {
        break;
      }
      if (now - entry.getValue().sinceNanos() < settle.toNanos()) {
        continue;
      }
      Stamp stamp = Stamp.of(entry.getKey());
      if (stamp.equals(entry.getValue().stamp())) {
        ready.add(Map.entry(entry.getKey(), stamp));
      } else {
        entry.setValue(new Marked(stamp, now));
      }
    }
    return ready;
  }

  private Outcome dealWith(Path file, Stamp stamp) {
    if (!stamp.equals(Stamp.ABSENT)) {
      return intake.bring(file, stamp, inGallery.contains(file));
    }
    boolean rootIsThere = roots.of(file).filter(Files::isDirectory).isPresent();
    return rootIsThere && inGallery.contains(file) ? intake.take(file) : Outcome.UNREADABLE;
  }

  private void note(Path file, Stamp stamp, Outcome outcome) {
    switch (outcome) {
      case IN -> {
        marked.remove(file);
        settled.put(file, stamp);
        inGallery.add(file);
      }
      case OUT -> {
        marked.remove(file);
        settled.remove(file);
        inGallery.remove(file);
      }
      case REFUSED -> {
        marked.remove(file);
        settled.put(file, stamp); // Not looked at again until it changes.
        inGallery.remove(file);
      }
      case FAILED -> {
        marked.remove(file);
        settled.put(file, stamp); // Tried again when it changes, or after a restart.
      }
      case UNREADABLE -> {
        marked.remove(file); // The next scan marks it again.
        settled.remove(file);
      }
      case UNAVAILABLE -> marked.put(file, new Marked(stamp, System.nanoTime()));
    }
  }
}
