package io.sketchstream.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// CPU time of another process by kind of thread, from /proc on Linux; empty elsewhere. The time of
/// threads that have ended, such as those of merges, is summed in one entry.
public final class CpuByThread {
  private static final double MILLIS_PER_TICK = 10;
  private static final String JIT = "JIT compilers";
  private static final String ENDED = "merges, ended threads";

  /// The kind of work by prefix of the thread name; other threads are their own kind. Linux keeps
  /// 15 characters of a name.
  private static final Map<String, String> WORK = new LinkedHashMap<>();

  static {
    WORK.put("embed-inference", "network");
    WORK.put("embed-backfill", "network, backfill");
    WORK.put("backfill-decode", "decode and scale, backfill");
    WORK.put("embed-decoder", "decode and scale");
    WORK.put("image-decoder", "decode, for the canonical image");
    WORK.put("ForkJoinPool", "ingest, HTTP bodies");
    WORK.put("vert.x", "HTTP");
    WORK.put("query-g", "index");
    WORK.put("query-refresher", "index, made visible");
    WORK.put("Lucene", ENDED);
    WORK.put("data-plane", "Kafka broker");
    WORK.put("kafka-producer", "Kafka clients");
    WORK.put("embed-g", "Kafka clients");
    WORK.put("ingest-director", "Kafka clients");
    WORK.put("C1 Compiler", JIT);
    WORK.put("C2 Compiler", JIT);
    WORK.put("G1 ", "garbage collector");
    WORK.put("GC Thread", "garbage collector");
  }

  private final Map<String, Double> threads;

  private CpuByThread(Map<String, Double> threads) {
    this.threads = threads;
  }

  public static CpuByThread of(long process) throws IOException {
    Map<String, Double> threads = new TreeMap<>();
    Path tasks = Path.of("/proc", Long.toString(process), "task");
    if (!Files.isDirectory(tasks)) {
      return new CpuByThread(threads);
    }
    double running = 0;
    try (Stream<Path> all = Files.list(tasks)) {
      for (Path task : all.toList()) {
        String stat;
        try {
          stat = Files.readString(task.resolve("stat"));
        } catch (IOException _) { // It has just ended.
          continue;
        }
        double millis = millis(stat);
        threads.put(name(stat) + "/" + task.getFileName(), millis);
        running += millis;
      }
    }
    double total = millis(Files.readString(Path.of("/proc", Long.toString(process), "stat")));
    threads.put(ENDED, Math.max(0, total - running));
    return new CpuByThread(threads);
  }

  private static String name(String stat) {
    return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  }

  private static double millis(String stat) {
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    double ticks = Double.parseDouble(fields.get(11)) + Double.parseDouble(fields.get(12));
    return ticks * MILLIS_PER_TICK;
  }

  /// Milliseconds since an earlier sample, largest first.
  public Map<String, Double> since(CpuByThread earlier) {
    Map<String, Double> sums = new TreeMap<>();
    threads.forEach((thread, millis) ->
        sums.merge(work(thread), millis - earlier.threads.getOrDefault(thread, 0.0), Double::sum));
    earlier.threads.forEach((thread, millis) -> {
      if (!threads.containsKey(thread)) { // It has ended since the earlier sample.
        sums.merge(ENDED, -millis, Double::sum);
      }
    });
    Map<String, Double> sorted = new LinkedHashMap<>();
    sums.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /// Milliseconds so far by kind of work, without the JIT compilers.
  public Map<String, Double> workMillis() {
    Map<String, Double> sums = new TreeMap<>();
    threads.forEach((thread, millis) -> sums.merge(work(thread), millis, Double::sum));
    sums.remove(JIT);
    return sums;
  }

  private static String work(String thread) {
    if (thread.equals(ENDED)) {
      return ENDED;
    }
    return WORK.entrySet().stream()
        .filter(entry -> thread.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> thread.replaceAll("[-# ]*[0-9]*/.*", ""));
  }
}
