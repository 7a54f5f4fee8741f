package io.sketchstream.events;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The rule that decides which generations are fed with images, which one answers searches, and
/// which one a rollback returns to. Every service folds the records of `models` into this view and
/// asks it; none decides by itself. Immutable.
///
/// | state of the last record | live (fed and searchable) | answers searches | rollback target | ended |
/// |---|---|---|---|---|
/// | `REGISTERED` | | | | |
/// | `BACKFILLING` | yes | | | |
/// | `READY` | yes | | | |
/// | `ACTIVE` | yes | yes, the one with the highest epoch | | |
/// | `STANDBY` | yes | | yes, the one with the highest epoch | |
/// | `RETIRED`, `REJECTED` | | | | yes: what it holds is deleted |
/// | unspecified, or of a newer release | | | | |
/// | null value | forgotten | | | |
///
/// Only the last record of each generation counts, so a compacted topic gives the same view. Equal
/// epochs are decided by the id. A generation in a state that this release does not know is neither
/// started nor deleted.
public final class Generations {
  /// No generation is known.
  public static final Generations NONE = new Generations(new TreeMap<>());

  /// Highest number of activations that is accepted; a double holds it exactly.
  static final long EPOCH_MAX = 1L << 53;

  /// Above this, all are renumbered, so that there is always room for more activations.
  static final long EPOCH_HIGH = EPOCH_MAX / 4;

  /// Highest number of dimensions that is accepted.
  static final int DIMENSION_MAX = 1 << 16;

  /// Most generations that are held. Beyond that, those that have ended are forgotten, first the
  /// ones of the lowest epoch.
  static final int COUNT_MAX = 1_000;

  /// Largest record, in bytes; many times that of a model with its metrics.
  static final int RECORD_SIZE_MAX = 256 << 10;

  private static final Comparator<ModelChanged> BY_EPOCH =
      Comparator.comparingLong(ModelChanged::getEpoch).thenComparing(ModelChanged::getGeneration);

  private static final Comparator<ModelChanged> BY_CHANGE =
      Comparator.comparing((ModelChanged model) -> Instants.of(model.getChangedAt()))
          .thenComparing(ModelChanged::getGeneration);

  private final SortedMap<Generation, ModelChanged> models;

  private Generations(SortedMap<Generation, ModelChanged> models) {
    this.models = Collections.unmodifiableSortedMap(models);
  }

  /// The view after one more record.
  ///
  /// @param key of the record; null when it has none
  /// @param change its value; null forgets the generation
  /// @throws IllegalArgumentException with the reason when the record is not valid; it is left out,
  ///   and the view before it stays
  public Generations with(String key, ModelChanged change) {
    if (key == null) {
      throw new IllegalArgumentException("the record has no key");
    }
    Generation generation = new Generation(key);
    SortedMap<Generation, ModelChanged> changed = new TreeMap<>(models);
    if (change == null) {
      changed.remove(generation);
    } else {
      check(generation, change);
      changed.put(generation, change);
      makeRoom(changed);
    }
    return new Generations(changed);
  }

  /// The view after several valid records.
  ///
  /// @throws IllegalArgumentException when one is not valid
  public Generations with(List<ModelChanged> changes) {
    Generations changed = this;
    for (ModelChanged change : changes) {
      changed = changed.with(change.getGeneration(), change);
    }
    return changed;
  }

  private static void makeRoom(SortedMap<Generation, ModelChanged> models) {
    if (models.size() > COUNT_MAX) {
      ModelChanged forgotten =
          models.values().stream()
              .filter(Generations::hasEnded)
              .min(BY_EPOCH)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "there are already %d generations that are neither retired nor rejected"
                          .formatted(COUNT_MAX)));
      models.remove(new Generation(forgotten.getGeneration()));
    }
  }

  private static void check(Generation generation, ModelChanged change) {
    require(
        change.getGeneration().equals(generation.id()),
        "its generation '%.80s' is not its key '%s'",
        change.getGeneration(),
        generation);
    require(
        change.getSerializedSize() <= RECORD_SIZE_MAX,
        "it has %d bytes, more than %d",
        change.getSerializedSize(),
        RECORD_SIZE_MAX);
    require(
        change.getEpoch() >= 0 && change.getEpoch() <= EPOCH_MAX,
        "epoch %s is above %d",
        Long.toUnsignedString(change.getEpoch()),
        EPOCH_MAX);
    require(
        change.getDimension() >= 0 && change.getDimension() <= DIMENSION_MAX,
        "dimension %s is above %d",
        Integer.toUnsignedString(change.getDimension()),
        DIMENSION_MAX);
    require(
        change.getHeldOutShare() >= 0 && change.getHeldOutShare() <= 1,
        "held_out_share %s is not between 0 and 1",
        change.getHeldOutShare());
  }

  private static void require(boolean valid, String reason, Object... values) {
    if (!valid) {
      throw new IllegalArgumentException(reason.formatted(values));
    }
  }

  /// The last record of every generation, by id.
  public SortedMap<Generation, ModelChanged> models() {
    return models;
  }

  /// The last record of a generation.
  public Optional<ModelChanged> find(Generation generation) {
    return Optional.ofNullable(models.get(generation));
  }

  /// The last record of a generation; empty also for what can't be an id.
  public Optional<ModelChanged> find(String id) {
    try {
      return find(new Generation(id));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// The generation that answers searches.
  public Optional<ModelChanged> active() {
    return latest(ModelState.ACTIVE);
  }

  /// The generation a rollback returns to.
  public Optional<ModelChanged> previous() {
    return latest(ModelState.STANDBY);
  }

  /// The generations that are fed with images and searchable.
  public Set<Generation> live() {
    return generations(Generations::isLive);
  }

  /// Whether a generation is fed with images and searchable.
  public boolean isLive(Generation generation) {
    return find(generation).map(Generations::isLive).orElse(false);
  }

  /// The generations that are retired or rejected: their embeddings, index and groups are to be
  /// deleted.
  public Set<Generation> ended() {
    return generations(Generations::hasEnded);
  }

  /// Whether a generation does not have all images yet.
  public boolean isBackfilling(Generation generation) {
    return find(generation).map(model -> model.getState() == ModelState.BACKFILLING).orElse(false);
  }

  /// Whether any generation does not have all images yet.
  public boolean isBackfilling() {
    return !in(ModelState.BACKFILLING).isEmpty();
  }

  /// The generations in a state, the one that is in it longest first.
  public List<ModelChanged> in(ModelState state) {
    return models.values().stream()
        .filter(model -> model.getState() == state)
        .sorted(BY_CHANGE)
        .toList();
  }

  /// The highest epoch so far; an activation takes the next one.
  public long epoch() {
    return models.values().stream().mapToLong(ModelChanged::getEpoch).max().orElse(0);
  }

  /// Records that give each generation the lowest epoch in the same order, where the epochs are so
  /// high that nobody can have activated as often; otherwise none. Anyone may have written such an
  /// epoch, and none above it would be valid. They are to be written in this order: after each of
  /// them the same generation is active.
  public List<ModelChanged> renumbered() {
    if (epoch() <= EPOCH_HIGH) {
      return List.of();
    }
    List<ModelChanged> inOrder =
        models.values().stream().filter(model -> model.getEpoch() > 0).sorted(BY_EPOCH).toList();
    List<Long> epochs = inOrder.stream().map(ModelChanged::getEpoch).distinct().toList();
    return inOrder.stream()
        .map(model -> model.toBuilder().setEpoch(1L + epochs.indexOf(model.getEpoch())).build())
        .toList();
  }

  /// Whether a generation with this last record is fed with images and searchable.
  public static boolean isLive(ModelChanged model) {
    return switch (model.getState()) {
      case BACKFILLING, READY, ACTIVE, STANDBY -> true;
      case MODEL_STATE_UNSPECIFIED, REGISTERED, RETIRED, REJECTED, UNRECOGNIZED -> false;
    };
  }

  /// Whether a generation with this last record is retired or rejected, so that its embeddings,
  /// index and groups are to be deleted.
  public static boolean hasEnded(ModelChanged model) {
    return switch (model.getState()) {
      case RETIRED, REJECTED -> true;
      case MODEL_STATE_UNSPECIFIED, REGISTERED, BACKFILLING, READY, ACTIVE, STANDBY, UNRECOGNIZED ->
          false;
    };
  }

  private Optional<ModelChanged> latest(ModelState state) {
    return models.values().stream().filter(model -> model.getState() == state).max(BY_EPOCH);
  }

  private Set<Generation> generations(Predicate<ModelChanged> rule) {
    return models.entrySet().stream()
        .filter(entry -> rule.test(entry.getValue()))
        .map(SortedMap.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Generations that && models.equals(that.models);
  }

  @Override
  public int hashCode() {
    return models.hashCode();
  }

  /// Each generation with its state.
  @Override
  public String toString() {
    return models.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue().getState())
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
