package io.sketchstream.endtoend;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Puts images in and takes some out, all the while: what is not acknowledged because the server
/// was killed is written again to the next one.
///
/// **Threads:** owns one, until [#close]. **Owns:** the clients of the servers.
final class StandingWriter implements AutoCloseable {
  static final int TAGS = 100;

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Duration ACKNOWLEDGED_MAX = Duration.ofMinutes(5);

  /// Of so many images the second is removed when the last is there.
  private static final int ONE_REMOVED_IN = 5;

  private final List<Image> images = new ArrayList<>(); // Guarded by itself.
  private final Thread thread;
  private volatile GalleryClient gallery;
  private volatile boolean stopping;

  /// An image that was acknowledged.
  record Image(String id, int number, List<String> tags, boolean removed) {}

  StandingWriter(GalleryClient gallery) {
    this.gallery = gallery;
    this.thread = Thread.ofPlatform().name("standing-writer").start(this::run);
  }

  /// Goes on at another server.
  void to(GalleryClient next) {
    gallery = next;
  }

  /// The drawing that an image shows.
  static byte[] picture(int number) {
    return Pictures.png(1_000 + number);
  }

  /// What was acknowledged so far.
  List<Image> images() {
    synchronized (images) {
      return List.copyOf(images);
    }
  }

  private void run() {
    for (int number = 0; !stopping; number++) {
      long start = System.nanoTime();
      put(number);
      if (number % ONE_REMOVED_IN == ONE_REMOVED_IN - 1) {
        remove(number - ONE_REMOVED_IN + 2);
      }
      LockSupport.parkNanos(PERIOD_NANOS - (System.nanoTime() - start));
    }
  }

  private void put(int number) {
    List<String> tags = List.of("t" + number % TAGS, "t" + (7 * number + 3) % TAGS);
    String id = "new-" + number;
    byte[] picture = picture(number);
    untilAcknowledged(() -> gallery.put(id + "?tags=" + String.join(",", tags), picture));
    synchronized (images) {
      images.add(new Image(id, number, tags, false));
    }
  }

  private void remove(int number) {
    untilAcknowledged(() -> gallery.delete("new-" + number));
    synchronized (images) {
      images.replaceAll(image ->
          image.number() == number ? new Image(image.id(), number, image.tags(), true) : image);
    }
  }

  private static void untilAcknowledged(Runnable write) {
    long deadline = System.nanoTime() + ACKNOWLEDGED_MAX.toNanos();
    Throwable last = null;
    while (System.nanoTime() - deadline < 0) {
      try {
        write.run();
        return;
      } catch (UncheckedIOException | AssertionError e) { // Nobody listens, or it is just starting.
        last = e;
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    }
    throw new IllegalStateException("not acknowledged within " + ACKNOWLEDGED_MAX, last);
  }

  /// Ends after the write that is under way.
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
