package io.sketchstream.images.process;

import io.sketchstream.images.process.Frames.Answer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One running decoder process.
///
/// **Threads:** one caller at a time; the watchdog kills the process when a job times out, which
/// ends the caller's wait. **Owns:** the process.
final class DecoderProcess implements AutoCloseable {
  private static final int BUFFER_SIZE = 1 << 16;
  private static final long START_SECONDS_MAX = 30;
  private static final int STARVED_PARTS = 4;

  private final ScheduledExecutorService watchdog;
  private final Process process;
  private final DataOutputStream jobs;
  private final DataInputStream answers;
  private volatile Duration cpuAtEnd = Duration.ZERO;

  /// Starts a process and waits until it accepts jobs.
  ///
  /// @param classes that it needs besides those of this module
  ///
  /// @throws IOException when it cannot be started
  DecoderProcess(ScheduledExecutorService watchdog, List<String> classes) throws IOException {
    this.watchdog = watchdog;
    ProcessBuilder builder = new ProcessBuilder(DecoderCommand.build(classes));
    builder.redirectError(Redirect.DISCARD);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    process = builder.start();
    jobs = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER_SIZE));
    answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER_SIZE));
    try {
      withTimeout(START_SECONDS_MAX * 1000, answers::readByte);
    } catch (IOException | TimeoutException e) {
      close();
      throw new IOException("a decoder process does not start: " + exit(), e);
    }
  }

  /// Work on the pipes.
  private interface Exchange<T> {
    T run() throws IOException;
  }

  /// Decodes a file in the process.
  ///
  /// @param timeout how long it may take
  /// @throws StarvedException after a timeout in which the process had too little processor time
  /// @throws TimeoutException after a timeout; the process is then killed
  /// @throws IOException when the process ended
  Answer run(DecoderJob job, Duration timeout) throws IOException, TimeoutException {
    Duration before = cpu();
    try {
      return answer(job, timeout);
    } catch (TimeoutException e) {
      // Where the system does not say, the file is to blame.
      Duration took = cpuAtEnd.minus(before);
      if (!cpuAtEnd.isZero() && took.multipliedBy(STARVED_PARTS).compareTo(timeout) < 0) {
        throw new StarvedException();
      }
      throw e;
    }
  }

  /// This machine, or this process, had too little processor time for a file.
  static final class StarvedException extends TimeoutException {
    private static final long serialVersionUID = 1L;
  }

  private Answer answer(DecoderJob job, Duration timeout) throws IOException, TimeoutException {
    return withTimeout(
        timeout.toMillis(),
        () -> {
          Frames.writeJob(jobs, job, timeout);
          return Frames.readAnswer(answers);
        });
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Processor time that it has taken so far; zero where the system does not say.
  private Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Kills the process.
  @Override
  public void close() {
    process.destroyForcibly();
  }

  private <T> T withTimeout(long millis, Exchange<T> exchange)
      throws IOException, TimeoutException {
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> kill =
        watchdog.schedule(
            () -> {
              cpuAtEnd = cpu();
              late.set(true);
              close();
            },
            millis,
            TimeUnit.MILLISECONDS);
    try {
      return exchange.run();
    } catch (IOException e) {
      if (late.get()) {
        throw new TimeoutException();
      }
      throw e;
    } finally {
      kill.cancel(false);
    }
  }

  private String exit() {
    try {
      return process.waitFor(1, TimeUnit.SECONDS) ? "exit status " + process.exitValue() : "no end";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
