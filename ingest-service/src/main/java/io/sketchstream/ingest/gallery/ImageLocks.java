package io.sketchstream.ingest.gallery;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/// Keeps a change of an image's attributes, which reads before it writes, apart from other writes
/// of the same image by this instance. Other writes need not be kept apart from each other.
///
/// **Threads:** any.
final class ImageLocks {
  private static final int COUNT = 256; // A power of two; images share them by the hash of the id.

  private final ReadWriteLock[] locks =
      Stream.generate(ReentrantReadWriteLock::new).limit(COUNT).toArray(ReadWriteLock[]::new);

  /// Held while an image is written whole.
  Lock forWrite(String id) {
    return of(id).readLock();
  }

  /// Held from reading an image until its changed form is written.
  Lock forChange(String id) {
    return of(id).writeLock();
  }

  private ReadWriteLock of(String id) {
    int hash = id.hashCode();
    return locks[(hash ^ hash >>> 16) & COUNT - 1];
  }
}
