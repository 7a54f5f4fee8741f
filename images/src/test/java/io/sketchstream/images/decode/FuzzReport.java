package io.sketchstream.images.decode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// What became of the files of a fuzzing run, and how much memory its processes took.
final class FuzzReport {
  /// What a decoder process may take, heap and all.
  private static final long MEGABYTES_MAX = 1_400;

  private static final int SAMPLE_EVERY = 50;

  private final Map<String, Integer> decoded = new TreeMap<>();
  private final Map<String, Integer> refused = new TreeMap<>();
  private final Map<String, Integer> reached = new TreeMap<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private long peakMegabytes;
  private int tooSlow;
  private int unavailable;

  void decoded(String name) {
    decoded.merge(name, 1, Integer::sum);
  }

  void refused(String name, String reason) {
    refused.merge(name, 1, Integer::sum);
    reasons.merge(kind(reason), 1, Integer::sum);
    tooSlow += reason.contains("takes longer") ? 1 : 0;
  }

  /// There was no decoder process for a file.
  void unavailable() {
    unavailable++;
  }

  /// The header check let a file pass to its reader.
  void reached(String name) {
    reached.merge(name, 1, Integer::sum);
  }

  int reachedCount(String name) {
    return reached.getOrDefault(name, 0);
  }

  int decodedCount(String name) {
    return decoded.getOrDefault(name, 0);
  }

  /// Looks at the memory of the decoder processes, now and then.
  void sample(int round) {
    if (round % SAMPLE_EVERY == 0) {
      ProcessHandle.current()
          .descendants()
          .forEach(process -> peakMegabytes = Math.max(peakMegabytes, peak(process.pid())));
    }
  }

  /// Whether memory stayed within its bound, and nearly every file was tried.
  boolean isSound() {
    return peakMegabytes <= MEGABYTES_MAX && unavailable * 10 <= sum(decoded) + sum(refused);
  }

  private static long peak(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
          .findFirst()
          .orElse(0);
    } catch (IOException _) {
      return 0; // It has ended.
    }
  }

  /// A reason without its figures and names.
  private static String kind(String reason) {
    String kind = reason.replaceAll("[\\d.,]*\\d", "N").replaceAll("'[^']*'", "'...'");
    return kind.length() > 60 ? kind.substring(0, 60) : kind;
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public String toString() {
    return "files=%d decoded=%d refused=%d tooSlow=%d unavailable=%d peakMegabytes=%d reached=%s reasons=%s"
        .formatted(
            sum(decoded) + sum(refused),
            sum(decoded),
            sum(refused),
            tooSlow,
            unavailable,
            peakMegabytes,
            reached,
            reasons);
  }
}
