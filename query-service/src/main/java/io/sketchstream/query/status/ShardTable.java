package io.sketchstream.query.status;

import io.sketchstream.events.Topics;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.Placement;
import io.sketchstream.query.index.ShardStatus;
import io.sketchstream.query.status.ShardRow.Copy;
import io.sketchstream.shell.access.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/// All shards of all generations: those of this process as of now, others as last reported by their
/// processes.
///
/// **Threads:** the sampler refreshes, any may read.
final class ShardTable implements AutoCloseable {
  private final LiveGenerations generations;
  private final PeerShards peers;
  private volatile Map<String, List<ShardStatus>> elsewhere = Map.of();
  private volatile Map<TopicPartition, Long> ends = Map.of();

  ShardTable(LiveGenerations generations, Access access) {
    this.generations = generations;
    this.peers = new PeerShards(access);
  }

  /// Asks the other processes.
  ///
  /// @param logEnds the next offset of each partition, as far as known
  void refresh(Map<TopicPartition, Long> logEnds) {
    Set<String> others = new HashSet<>();
    for (GenerationIndex index : generations.indexes()) {
      others.addAll(index.placement().processes());
      others.remove(index.address());
    }
    elsewhere = peers.ask(others);
    ends = Map.copyOf(logEnds);
  }

  /// By generation and number.
  List<ShardRow> rows() {
    List<ShardRow> rows = new ArrayList<>();
    generations.indexes().stream()
        .sorted(Comparator.comparing(index -> index.generation().id()))
        .forEach(index -> addRows(index, rows));
    return rows;
  }

  private void addRows(GenerationIndex index, List<ShardRow> rows) {
    String generation = index.generation().id();
    String topic = Topics.imageEmbeddings(index.generation()).name();
    Placement placement = index.placement();
    Map<Integer, List<Copy>> copies = copies(index, generation);
    for (int shard = 0; shard < index.shardCount(); shard++) {
      Copy best =
          copies.getOrDefault(shard, List.of()).stream()
              .max(Comparator.comparing(preference(placement.owner(shard))))
              .orElse(Copy.none(generation, shard));
      long end = ends.getOrDefault(new TopicPartition(topic, shard), 0L);
      rows.add(ShardRow.of(generation, shard, placement, best, end));
    }
  }

  /// The owner's copy before all, then the one that is furthest.
  private static java.util.function.Function<Copy, Long> preference(String owner) {
    return copy -> copy.process().equals(owner) ? Long.MAX_VALUE : copy.status().embeddingsOffset();
  }

  private Map<Integer, List<Copy>> copies(GenerationIndex index, String generation) {
    Stream<Copy> here =
        index.shards().stream()
            .flatMap(shard -> shard.status().stream())
            .map(status -> new Copy(index.address(), status));
    Stream<Copy> there =
        elsewhere.entrySet().stream()
            .flatMap(process ->
                process.getValue().stream()
                    .filter(status -> status.generation().equals(generation))
                    .map(status -> new Copy(process.getKey(), status)));
    Map<Integer, List<Copy>> copies = new HashMap<>();
    Stream.concat(here, there)
        .forEach(copy ->
            copies.computeIfAbsent(copy.status().partition(), _ -> new ArrayList<>()).add(copy));
    return copies;
  }

  @Override
  public void close() {
    peers.close();
  }
}
