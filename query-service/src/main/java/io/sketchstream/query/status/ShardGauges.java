package io.sketchstream.query.status;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.sketchstream.query.generations.LiveGenerations;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The shards that this process owns or stands by for, as metrics `sketchstream.query.shard.*`.
///
/// **Threads:** the sampler's.
final class ShardGauges {
  private enum Figure {
    DOCUMENTS("documents", "images that a search finds"),
    DELETED("deleted", "replaced or removed images that merges have not yet dropped"),
    SEGMENTS("segments", "index segments that a search visits"),
    LAG("lag", "embeddings still to apply"),
    IMAGES_OFFSET("images.offset", "last record of images that searches have seen"),
    COMMIT_AGE("commit.age.seconds", "time since the last commit");

    private final String name;
    private final String description;

    Figure(String name, String description) {
      this.name = name;
      this.description = description;
    }
  }

  private final InstantSource clock;
  private final Map<Figure, MultiGauge> gauges = new EnumMap<>(Figure.class);

  ShardGauges(MeterRegistry registry, InstantSource clock) {
    this.clock = clock;
    for (Figure figure : Figure.values()) {
      gauges.put(
          figure,
          MultiGauge.builder("sketchstream.query.shard." + figure.name)
              .description(figure.description)
              .register(registry));
    }
  }

  /// @param shards the whole table; shards whose counts come from other processes are skipped
  void update(LiveGenerations generations, List<ShardRow> shards) {
    List<ShardRow> here =
        shards.stream()
            .filter(shard ->
                generations.indexes().stream()
                    .anyMatch(index ->
                        index.generation().id().equals(shard.generation())
                            && index.address().equals(shard.answered())))
            .toList();
    long now = clock.millis();
    set(Figure.DOCUMENTS, here, ShardRow::documents);
    set(Figure.DELETED, here, ShardRow::deleted);
    set(Figure.SEGMENTS, here, ShardRow::segments);
    set(Figure.LAG, here, ShardRow::lag);
    set(Figure.IMAGES_OFFSET, here, ShardRow::imagesOffset);
    set(
        Figure.COMMIT_AGE,
        here,
        shard -> Math.max(0, now - shard.lastCommit().toEpochMilli()) / 1e3);
  }

  private void set(Figure figure, List<ShardRow> shards, ToDoubleFunction<ShardRow> value) {
    gauges
        .get(figure)
        .register(
            shards.stream().map(shard -> Row.of(tags(shard), value.applyAsDouble(shard))).toList(),
            true);
  }

  private static Tags tags(ShardRow shard) {
    return Tags.of(
        "generation", shard.generation(),
        "shard", Integer.toString(shard.partition()),
        "role", shard.owner().equals(shard.answered()) ? "owner" : "standby");
  }
}
