package io.sketchstream.endtoend;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The AOT cache of `standalone`, such as the launcher makes for `up`. It is recorded once after a
/// build; every other start of these tests takes its classes from it.
///
/// **Threads:** any. Test JVMs share it through a file lock.
final class ClassCache {
  private static final Path TARGET = ServerProcess.ROOT.resolve("standalone/target");
  private static final Path CACHE = TARGET.resolve("end-to-end-tests.aot");
  private static final Duration RECORDED_MAX = Duration.ofMinutes(3);

  /// The JVM's warnings about a cache would stand in the output that tests look at.
  private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

  private static boolean tried;

  private ClassCache() {}

  /// JVM flags of a start: with the cache where there is one, or where one can be made.
  static synchronized List<String> flags() {
    if (!isThere() && !tried) {
      recordUnlessAnotherDoes();
    }
    return isThere()
        ? List.of("-XX:AOTCache=" + CACHE, QUIET.getFirst(), QUIET.getLast())
        : List.of();
  }

  private static boolean isThere() {
    try {
      return Files.exists(CACHE)
          && Files.getLastModifiedTime(CACHE)
                  .compareTo(
                      Files.getLastModifiedTime(TARGET.resolve("quarkus-app/quarkus-run.jar")))
              > 0;
    } catch (IOException e) {
      return false; // There is no jar: the start says so.
    }
  }

  /// While another test JVM records, starts go without.
  private static void recordUnlessAnotherDoes() {
    try (FileChannel channel = FileChannel.open(TARGET.resolve("aot.lock"), CREATE, WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && !isThere()) {
        tried = true;
        record();
      }
    } catch (IOException | UncheckedIOException | AssertionError e) {
      System.out.println("starts are slower, for there is no AOT cache: " + e.getMessage());
    }
  }

  /// Ready, one image and one search: what most tests begin with.
  private static void record() throws IOException {
    Path part = TARGET.resolve("end-to-end-tests.aot.part");
    Path home = TARGET.resolve("aot-home");
    try (ServerProcess process =
        ServerProcess.start(
            TARGET.resolve("aot-output"),
            "standalone",
            List.of("-XX:AOTCacheOutput=" + part, "-Xlog:disable"),
            List.of("--home", home.toString(), "--port", "0"))) {
      Await.until(
          "the ready line",
          RECORDED_MAX,
          () -> StandaloneProcess.ready(process).isPresent() || !process.isRunning(),
          process::report);
      try (GalleryClient gallery =
          new GalleryClient(StandaloneProcess.ready(process).orElseThrow(AssertionError::new))) {
        gallery.search(Pictures.png(0), 1, gallery.put("recorded", Pictures.png(0)).position());
      }
      process.terminate(RECORDED_MAX);
    }
    Files.move(part, CACHE, REPLACE_EXISTING);
  }
}
