package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.Ledger.Entry;
import io.sketchstream.benchmarks.rollout.RolloutApi.Answer;
import io.sketchstream.benchmarks.rollout.VectorLog.Versions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// Compares the whole gallery with what was acknowledged: looks up every image that should exist
/// and every removed one by its id.
public final class Audit {
  private static final int CALLERS = 4;
  private static final Duration VISIBLE_MAX = Duration.ofSeconds(25);
  private static final Duration SETTLE_MAX = Duration.ofSeconds(60);

  private final RolloutApi api;
  private final Ledger ledger;
  private final VectorLog vectors;

  /// @param generation that was audited
  /// @param images that should be there
  /// @param missing acknowledged but not found
  /// @param resurrected removed but found
  /// @param stale found, but not as last written
  public record Finding(
      String generation,
      int images,
      int removed,
      List<String> missing,
      List<String> resurrected,
      List<String> stale) {}

  public Audit(RolloutApi api, Ledger ledger, VectorLog vectors) {
    this.api = api;
    this.ledger = ledger;
    this.vectors = vectors;
  }

  /// Audits the active generation. Nothing may be written meanwhile.
  ///
  /// @param sketch any
  /// @throws IOException when a service does not answer
  public Finding run(byte[] sketch) throws IOException, InterruptedException {
    Answer answer = api.search(sketch, 1, ledger.tokens(), VISIBLE_MAX);
    if (!answer.ok()) {
      throw new IOException("what was written can't be seen: " + answer);
    }
    String generation = answer.generation();
    Map<String, Entry> entries = ledger.entries();
    Map<String, Boolean> found = find(entries);
    return new Finding(
        generation,
        (int) entries.values().stream().filter(Entry::isLive).count(),
        (int) entries.values().stream().filter(entry -> !entry.isLive()).count(),
        ids(entries, (id, entry) -> entry.isLive() && !found.get(id)),
        ids(entries, (id, entry) -> !entry.isLive() && found.get(id)),
        ids(entries, (id, entry) -> found.get(id) && isStale(generation, id, entry)));
  }

  private Map<String, Boolean> find(Map<String, Entry> entries)
      throws IOException, InterruptedException {
    Map<String, Boolean> found = new TreeMap<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      Map<String, Future<Boolean>> asked = new TreeMap<>();
      entries.keySet().forEach(id -> asked.put(id, callers.submit(() -> api.isIndexed(id))));
      for (Map.Entry<String, Future<Boolean>> answer : asked.entrySet()) {
        found.put(answer.getKey(), answer.getValue().get());
      }
      return found;
    } catch (ExecutionException e) {
      throw new IOException("a service does not answer: " + e.getCause(), e.getCause());
    }
  }

  /// The embedding that this generation searches is that of the last acknowledged write.
  private boolean isStale(String generation, String id, Entry entry) {
    long deadline = System.nanoTime() + SETTLE_MAX.toNanos();
    while (true) {
      Versions versions = vectors.ofImage(id).get(generation);
      if (versions != null
          && versions.isLive()
          && versions.imagesOffset() >= entry.position().offset()) {
        return false;
      }
      if (System.nanoTime() > deadline) {
        return true;
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private interface Condition {
    boolean holds(String id, Entry entry);
  }

  private static List<String> ids(Map<String, Entry> entries, Condition condition) {
    return entries.entrySet().stream()
        .filter(entry -> condition.holds(entry.getKey(), entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
