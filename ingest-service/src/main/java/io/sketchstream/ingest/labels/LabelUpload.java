package io.sketchstream.ingest.labels;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Topics;
import io.sketchstream.ingest.gallery.EventLog;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.labels.LabelLine.Label;
import io.sketchstream.shell.tracing.TraceContext;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.RecordMetadata;

/// Reads labels line by line and writes them to `[labels]` while the rest still arrives. A bad line
/// does not stop the others.
///
/// **Threads:** the caller's; one upload each.
public final class LabelUpload {
  private static final int LINE_BYTES_MAX = 2 << 20;
  private static final int UNACKNOWLEDGED_MAX = 256;
  private static final int ERRORS_LISTED_MAX = 100;

  private final EventLog log;
  private final LabelLine parser;
  private final InstantSource clock;
  private final TraceContext trace;
  private final Permission permission;
  private final ArrayDeque<CompletableFuture<RecordMetadata>> unacknowledged = new ArrayDeque<>();
  private final List<LineError> errors = new ArrayList<>();
  private long accepted;
  private long withdrawn;
  private long rejected;

  /// @param line counted from 1
  public record LineError(long line, String detail) {}

  /// @param errors the first hundred of the lines that were rejected
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Result(long accepted, long withdrawn, long rejected, List<LineError> errors) {}

  /// Says which labels a caller may write.
  public interface Permission {
    /// @throws RefusedException when the caller may not write this one
    void check(Label label) throws RefusedException;
  }

  public LabelUpload(
      EventLog log,
      LabelLine parser,
      InstantSource clock,
      TraceContext trace,
      Permission permission) {
    this.permission = permission;
    this.log = log;
    this.parser = parser;
    this.clock = clock;
    this.trace = trace;
  }

  /// Writes all labels and returns when Kafka has acknowledged them.
  ///
  /// @param limit of the whole body
  public Result run(InputStream body, SizeLimit limit) throws IOException, RefusedException {
    BufferedInputStream in = new BufferedInputStream(body, 64 << 10);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long number = 1;
    long size = 0;
    boolean tooLong = false;
    for (int next = in.read(); next >= 0; next = in.read()) {
      limit.check(++size);
      if (next == '\n') {
        take(number++, line, tooLong);
        tooLong = false;
      } else if (line.size() < LINE_BYTES_MAX) {
        line.write(next);
      } else {
        tooLong = true;
      }
    }
    take(number, line, tooLong);
    while (!unacknowledged.isEmpty()) {
      log.await(unacknowledged.remove());
    }
    return new Result(accepted, withdrawn, rejected, errors);
  }

  private void take(long number, ByteArrayOutputStream line, boolean tooLong) {
    byte[] bytes = line.toByteArray();
    line.reset();
    if (isBlank(bytes)) {
      return;
    }
    try {
      if (tooLong) {
        throw new RefusedException(
            Reason.BAD_REQUEST, "the line is longer than %d bytes".formatted(LINE_BYTES_MAX));
      }
      Label label = parser.parse(bytes, clock.instant());
      permission.check(label);
      write(label);
    } catch (RefusedException e) {
      rejected++;
      if (errors.size() < ERRORS_LISTED_MAX) {
        errors.add(new LineError(number, e.getMessage()));
      }
    }
  }

  private void write(Label label) {
    ExampleLabelled event = label.event();
    if (unacknowledged.size() >= UNACKNOWLEDGED_MAX) {
      log.await(unacknowledged.remove());
    }
    if (label.withdrawn()) {
      // Other clients may have written the label to any partition.
      unacknowledged.addAll(
          log.appendRemovals(Topics.LABELS, ExampleLabelled.class, event.getLabelId(), trace));
      withdrawn++;
    } else {
      unacknowledged.add(log.append(Topics.LABELS, event.getLabelId(), event, trace));
      accepted++;
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b > ' ' || b < 0) {
        return false;
      }
    }
    return true;
  }
}
