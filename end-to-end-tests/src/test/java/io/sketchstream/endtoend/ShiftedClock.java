package io.sketchstream.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The clock of one process, which can be set while it runs: a library that is loaded before all
/// others answers for the clock of the machine. The even clock stays as it is.
///
/// **Threads:** any.
final class ShiftedClock {
  private static final String SOURCE = "/shifted-clock.c";

  private final Path library;
  private final Path ahead;

  private ShiftedClock(Path library, Path ahead) {
    this.library = library;
    this.ahead = ahead;
    set(Duration.ZERO);
  }

  /// Compiles the library; empty where there is no compiler.
  static Optional<Path> compile(Path directory) {
    try (InputStream source =
        Objects.requireNonNull(ShiftedClock.class.getResourceAsStream(SOURCE))) {
      Path file = Files.createDirectories(directory).resolve("shifted-clock.c");
      Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
      Path library = directory.resolve("shifted-clock.so");
      Process compiler =
          new ProcessBuilder(
                  "cc", "-shared", "-fPIC", file.toString(), "-o", library.toString(), "-ldl")
              .inheritIO()
              .start();
      boolean done = compiler.waitFor(1, TimeUnit.MINUTES) && compiler.exitValue() == 0;
      return done ? Optional.of(library) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // There is no such command.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @param ahead file that says how far it is ahead
  static ShiftedClock of(Path library, Path ahead) {
    return new ShiftedClock(library, ahead);
  }

  /// What the process must have in its environment.
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "CLOCK_AHEAD", ahead.toString());
  }

  /// Sets the clock.
  ///
  /// @param difference to that of the machine, in whole seconds
  void set(Duration difference) {
    byte[] seconds =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(difference.toSeconds())
            .array();
    try {
      Files.write(ahead, seconds, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
