package io.sketchstream.query.generations;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.query.index.GenerationIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The generations that can be searched in this process, as of the last look at `models`.
///
/// **Threads:** the models follower writes, any may read.
public final class LiveGenerations {
  private static final Duration AWAIT_INTERVAL = Duration.ofMillis(20);

  private final InstantSource clock;
  private final Map<Generation, GenerationIndex> indexes = new ConcurrentHashMap<>();
  private volatile Generations known = Generations.NONE;
  private volatile boolean followed;

  public LiveGenerations(InstantSource clock) {
    this.clock = clock;
  }

  /// The last record of each generation that was ever registered.
  public Map<Generation, ModelChanged> models() {
    return known.models();
  }

  /// Whether a generation does not have all images yet.
  public boolean isFilling(Generation generation) {
    return known.isBackfilling(generation);
  }

  /// The generation that sketches are embedded in now.
  public Optional<ModelChanged> active() {
    return known.active();
  }

  /// The index of a generation, if it runs here.
  public Optional<GenerationIndex> index(Generation generation) {
    return Optional.ofNullable(indexes.get(generation));
  }

  /// The index of a generation; empty when the generation is not live. If it is live, or may be,
  /// and does not run here yet, this waits for it.
  public Optional<GenerationIndex> await(Generation generation, Instant deadline)
      throws InterruptedException {
    Optional<GenerationIndex> index = index(generation);
    while (index.isEmpty() && mayLive(generation) && clock.instant().isBefore(deadline)) {
      Thread.sleep(AWAIT_INTERVAL);
      index = index(generation);
    }
    return index;
  }

  private boolean mayLive(Generation generation) {
    return !followed || known.isLive(generation);
  }

  /// All indexes that run here.
  public List<GenerationIndex> indexes() {
    return List.copyOf(indexes.values());
  }

  void follow(Generations now) {
    known = now;
    followed = true;
  }

  void add(GenerationIndex index) {
    indexes.put(index.generation(), index);
  }

  void remove(GenerationIndex index) {
    indexes.remove(index.generation(), index);
  }
}
