package io.sketchstream.ingest.watch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.Watchable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FolderTreeTest {
  /// Such as one that a program writes a log into.
  @Test
  void aFolderThatChangesWithoutEndHoldsNobody() throws Exception {
    EndlessChanges changes = new EndlessChanges();
    try (FolderTree tree = new FolderTree(changes)) {
      assertFalse(tree.awaitChanges(Duration.ZERO, (_, _) -> {}), "of a directory that is unknown");
      long first = changes.polls;
      assertFalse(tree.awaitChanges(Duration.ZERO, (_, _) -> {}));
      assertTrue(changes.polls > first, "it goes on");
    }
  }

  private static final class EndlessChanges implements WatchService, WatchKey {
    private static final int POLLS_MAX = 1_000_000;
    private long polls;

    @Override
    public WatchKey poll() {
      assertTrue(++polls < POLLS_MAX, "nobody does anything else");
      return this;
    }

    @Override
    public WatchKey poll(long timeout, TimeUnit unit) {
      return poll();
    }

    @Override
    public WatchKey take() {
      return poll();
    }

    @Override
    public void close() {}

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public List<WatchEvent<?>> pollEvents() {
      return List.of(new Change());
    }

    @Override
    public boolean reset() {
      return true;
    }

    @Override
    public void cancel() {}

    @Override
    public Watchable watchable() {
      return Path.of("/");
    }
  }

  private record Change() implements WatchEvent<Path> {
    @Override
    public Kind<Path> kind() {
      return java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
    }

    @Override
    public int count() {
      return 1;
    }

    @Override
    public Path context() {
      return Path.of("log");
    }
  }
}
