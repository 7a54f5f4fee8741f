package io.sketchstream.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The outcome of an import. **Threads:** any.
final class ImportReport {
  /// A file with the reason why it is not in the gallery.
  record Trouble(Path file, String reason) {}

  private final long startNanos = System.nanoTime();
  private final List<Trouble> rejected = new ArrayList<>();
  private final List<Trouble> undelivered = new ArrayList<>();
  private final LogPositions positions = new LogPositions();
  private final Map<String, Long> leftOut = new TreeMap<>();
  private long accepted;
  private long unchanged;
  private long others;
  private long bytes;

  /// @param position where the image is in the log, as `partition:offset`
  synchronized void delivered(boolean changed, long size, String position) {
    if (changed) {
      accepted++;
    } else {
      unchanged++;
    }
    bytes += size;
    positions.add(position);
  }

  synchronized void rejected(Path file, String reason) {
    rejected.add(new Trouble(file, reason));
  }

  synchronized void undelivered(Path file, String reason) {
    undelivered.add(new Trouble(file, reason));
  }

  /// A photo in a format that no server accepts.
  synchronized void leftOut(String format) {
    leftOut.merge(format, 1L, Long::sum);
  }

  /// A file that is no image, such as a sidecar.
  synchronized void other() {
    others++;
  }

  /// Whether some images are not in the gallery and a retry would not help.
  synchronized boolean isIncomplete() {
    return !rejected.isEmpty() || !leftOut.isEmpty();
  }

  synchronized List<Trouble> rejected() {
    return sorted(rejected);
  }

  synchronized List<Trouble> undelivered() {
    return sorted(undelivered);
  }

  synchronized long done() {
    return accepted + unchanged + rejected.size() + undelivered.size();
  }

  LogPositions positions() {
    return positions;
  }

  synchronized double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  synchronized String summary() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%,d files (%.1f MB) in %s: %,d accepted, %,d unchanged, %,d rejected",
                done(),
                bytes / 1e6,
                Durations.text(seconds()),
                accepted,
                unchanged,
                rejected.size()));
    if (!undelivered.isEmpty()) {
      text.append(String.format(Locale.ROOT, ", %,d NOT DELIVERED", undelivered.size()));
    }
    if (!leftOut.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "; %,d PHOTOS LEFT OUT (%s)",
              leftOut.values().stream().mapToLong(Long::longValue).sum(),
              leftOut.entrySet().stream()
                  .map(format -> format.getValue() + " " + format.getKey())
                  .collect(Collectors.joining(", "))));
    }
    if (others > 0) {
      text.append(String.format(Locale.ROOT, "; %,d other files left out", others));
    }
    return text.toString();
  }

  private static List<Trouble> sorted(List<Trouble> troubles) {
    return troubles.stream().sorted(Comparator.comparing(Trouble::file)).toList();
  }
}
