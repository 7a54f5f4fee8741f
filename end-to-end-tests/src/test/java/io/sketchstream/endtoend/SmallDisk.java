package io.sketchstream.endtoend;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A file system of its own in memory, which can be filled.
///
/// **Threads:** one. **Owns:** the file system, until [#close].
final class SmallDisk implements AutoCloseable {
  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /// Mounts one; empty for users who may not.
  ///
  /// @param directory is made if it is missing
  /// @param size in bytes
  static Optional<SmallDisk> mount(Path directory, long size) {
    try {
      Files.createDirectories(directory);
      boolean mounted =
          run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
      return mounted ? Optional.of(new SmallDisk(directory)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Leaves hardly anything free.
  ///
  /// @param left bytes that stay free
  void fill(long left) {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      for (long free = free(); free > left; free = free()) {
        out.write(new byte[(int) Math.min(1 << 20, free - left)]);
      }
    } catch (IOException e) {
      if (free() > left) {
        throw new UncheckedIOException(e);
      }
      // Somebody else has used the rest meanwhile.
    }
  }

  private long free() {
    return directory.toFile().getUsableSpace();
  }

  /// There is space again.
  void empty() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  @Override
  public void close() {
    boolean _ = run("umount", "-l", directory.toString());
  }

  private static boolean run(String... command) {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
