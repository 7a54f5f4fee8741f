package io.sketchstream.ingest.watch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/// Scans directories and watches them for changes. Names that start with a dot are skipped; links
/// to files are followed, links to directories are not.
///
/// **Threads:** one. **Owns:** the watch service.
final class FolderTree implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FolderTree.class);

  /// Directories whose changes are passed on before the caller looks at them: a folder may change
  /// without end.
  private static final int CHANGED_MAX = 1_000;

  private final WatchService watcher;
  private final Map<WatchKey, Path> directories = new HashMap<>();
  private final Set<Path> unreadable = new HashSet<>();
  private final Set<Path> empty = new HashSet<>();
  private boolean scansOnly;

  FolderTree(WatchService watcher) {
    this.watcher = watcher;
  }

  /// Passes on every file below a directory and watches the directory from now on.
  ///
  /// @return the directories that could not be read
  Set<Path> scan(Path directory, BiConsumer<Path, Stamp> visitor) {
    Set<Path> missed = new HashSet<>();
    scan(directory, visitor, missed);
    return missed;
  }

  /// Whether there is nothing at all in a directory. A mount point without its disk is like that,
  /// so it counts as one that could not be read.
  boolean isEmpty(Path directory) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      if (entries.iterator().hasNext()) {
        empty.remove(directory);
        return false;
      }
      if (empty.add(directory)) {
        LOG.warnf(
            "watched directory %s is empty: images of its files stay, as its disk may be missing",
            directory);
      }
      return true;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // The scan has said so.
    }
  }

  /// Waits for changes and passes on the paths that were changed, created or deleted; a bounded
  /// number of them.
  ///
  /// @return false when changes were lost, so that only a scan can tell
  boolean awaitChanges(Duration timeout, BiConsumer<Path, Stamp> visitor)
      throws InterruptedException {
    boolean complete = true;
    WatchKey key = watcher.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    for (int seen = 1; key != null; seen++, key = seen < CHANGED_MAX ? watcher.poll() : null) {
      Path directory = directories.get(key);
      for (WatchEvent<?> event : key.pollEvents()) {
        if (event.kind() == StandardWatchEventKinds.OVERFLOW || directory == null) {
          complete = false;
        } else {
          show(directory.resolve((Path) event.context()), visitor);
        }
      }
      if (!key.reset()) {
        directories.remove(key);
      }
    }
    return complete;
  }

  @Override
  public void close() {
    try {
      watcher.close();
    } catch (IOException e) {
      LOG.debug("the watch service did not close", e);
    }
  }

  private void show(Path changed, BiConsumer<Path, Stamp> visitor) {
    if (isHidden(changed)) {
      return;
    }
    if (Files.isDirectory(changed, LinkOption.NOFOLLOW_LINKS)) {
      scan(changed, visitor);
    } else {
      visitor.accept(changed, Stamp.of(changed));
    }
  }

  private void scan(Path directory, BiConsumer<Path, Stamp> visitor, Set<Path> missed) {
    listen(directory); // First, so that what comes while we look is not missed.
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (isHidden(entry)) {
          continue;
        }
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          scan(entry, visitor, missed);
          continue;
        }
        Stamp stamp = Stamp.of(entry);
        if (!stamp.equals(Stamp.ABSENT)) {
          visitor.accept(entry, stamp);
        }
      }
      unreadable.remove(directory);
    } catch (IOException | DirectoryIteratorException e) {
      missed.add(directory);
      if (unreadable.add(directory)) {
        LOG.warnf("watched directory %s can't be read: %s", directory, e.getMessage());
      }
    }
  }

  private void listen(Path directory) {
    try {
      WatchKey key =
          directory.register(
              watcher,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      directories.put(key, directory);
    } catch (IOException e) {
      if (!scansOnly && Files.isDirectory(directory)) {
        scansOnly = true; // Said once; the system's limit is the same for all.
        LOG.warnf("changes in %s are only noticed by scans: %s", directory, e.getMessage());
      }
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }
}
