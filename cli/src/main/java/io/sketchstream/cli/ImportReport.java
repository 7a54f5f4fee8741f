package io.sketchstream.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What became of the files of an import. **Threads:** any.
final class ImportReport {
  /// A file with the reason why it is not in the gallery.
  record Trouble(Path file, String reason) {}

  private final long startNanos = System.nanoTime();
  private final List<Trouble> rejected = new ArrayList<>();
  private final List<Trouble> undelivered = new ArrayList<>();
  private final Map<Integer, Long> positions = new TreeMap<>();
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
    for (String token : position.split(",")) {
      String[] parts = token.split(":");
      if (parts.length == 2 && parts[0].matches("\\d{1,9}") && parts[1].matches("\\d{1,18}")) {
        positions.merge(Integer.valueOf(parts[0]), Long.valueOf(parts[1]), Math::max);
      }
    }
  }

  synchronized void rejected(Path file, String reason) {
    rejected.add(new Trouble(file, reason));
  }

  synchronized void undelivered(Path file, String reason) {
    undelivered.add(new Trouble(file, reason));
  }

  synchronized void other() {
    others++;
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

  /// Tokens for a search that must see every delivered image.
  synchronized String positionTokens() {
    return positions.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
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
    if (others > 0) {
      text.append(String.format(Locale.ROOT, "; %,d other files left out", others));
    }
    return text.toString();
  }

  private static List<Trouble> sorted(List<Trouble> troubles) {
    return troubles.stream().sorted(Comparator.comparing(Trouble::file)).toList();
  }
}
