package io.sketchstream.query.index;

import io.sketchstream.shell.process.HttpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;

/// Where the copies of each shard of a generation are, as Kafka Streams last assigned them. A copy
/// may not be there yet, or no longer; a process that is asked for a shard it lacks refuses.
///
/// Addresses are `host:port`.
public final class Placement {
  private final int shardCount;
  private final Map<Integer, String> owners = new HashMap<>();
  private final Map<Integer, TreeSet<String>> standbys = new HashMap<>();
  private final TreeSet<String> processes = new TreeSet<>();

  private Placement(int shardCount) {
    this.shardCount = shardCount;
  }

  /// Nothing was assigned yet.
  static Placement unknown(int shardCount) {
    return new Placement(shardCount);
  }

  /// @param metadata what Kafka Streams says of each process
  public static Placement of(int shardCount, Iterable<StreamsMetadata> metadata) {
    Placement placement = new Placement(shardCount);
    for (StreamsMetadata process : metadata) {
      String address = HttpAddress.of(process.host(), process.port());
      placement.processes.add(address);
      for (TopicPartition shard : process.topicPartitions()) {
        placement.owners.put(shard.partition(), address);
      }
      for (TopicPartition shard : process.standbyTopicPartitions()) {
        placement.standbys.computeIfAbsent(shard.partition(), _ -> new TreeSet<>()).add(address);
      }
    }
    return placement;
  }

  public int shardCount() {
    return shardCount;
  }

  /// The process that writes a shard; empty text when there is none.
  public String owner(int shard) {
    return owners.getOrDefault(shard, "");
  }

  /// The processes that hold further copies of a shard.
  public List<String> standbys(int shard) {
    return List.copyOf(standbys.getOrDefault(shard, new TreeSet<>()));
  }

  /// All processes of the generation.
  public List<String> processes() {
    return List.copyOf(processes);
  }

  /// The processes to ask for a shard, in order: the owner, the standbys, then all others, since a
  /// process that hands over a shard still has it for a while.
  public List<String> candidates(int shard) {
    SequencedSet<String> candidates = new LinkedHashSet<>();
    if (owners.containsKey(shard)) {
      candidates.add(owners.get(shard));
    }
    candidates.addAll(standbys(shard));
    candidates.addAll(processes);
    return new ArrayList<>(candidates);
  }

  @Override
  public String toString() {
    return "owners " + owners + ", standbys " + standbys;
  }
}
