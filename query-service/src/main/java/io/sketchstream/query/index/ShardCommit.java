package io.sketchstream.query.index;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// What a Lucene commit says about itself.
///
/// @param offsets how far in its changelog the shard is, in Kafka Streams' own counting
/// @param imagesOffset last record of `images` in the shard; -1 before the first
/// @param dimension of its vectors; 0 before the first
record ShardCommit(Map<TopicPartition, Long> offsets, long imagesOffset, int dimension) {
  private static final String IMAGES_OFFSET = "images-offset";
  private static final String DIMENSION = "dimension";
  private static final String OFFSET = "offset:";

  ShardCommit {
    offsets = Map.copyOf(offsets);
  }

  static ShardCommit parse(Map<String, String> state) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    state.forEach((name, value) -> {
      if (name.startsWith(OFFSET)) {
        int dash = name.lastIndexOf('-');
        offsets.put(
            new TopicPartition(
                name.substring(OFFSET.length(), dash), Integer.parseInt(name.substring(dash + 1))),
            Long.valueOf(value));
      }
    });
    return new ShardCommit(
        offsets,
        Long.parseLong(state.getOrDefault(IMAGES_OFFSET, "-1")),
        Integer.parseInt(state.getOrDefault(DIMENSION, "0")));
  }

  /// The offsets after a change in Kafka Streams' terms (KIP-1035): an empty map clears all, a null
  /// forgets one.
  Map<TopicPartition, Long> with(Map<TopicPartition, Long> change) {
    Map<TopicPartition, Long> next = new HashMap<>();
    if (!change.isEmpty()) {
      next.putAll(offsets);
    }
    change.forEach((partition, offset) -> {
      if (offset == null) {
        next.remove(partition);
      } else {
        next.put(partition, offset);
      }
    });
    return next;
  }

  Map<String, String> format() {
    Map<String, String> state = new TreeMap<>();
    offsets.forEach((partition, offset) -> state.put(OFFSET + partition, Long.toString(offset)));
    state.put(IMAGES_OFFSET, Long.toString(imagesOffset));
    state.put(DIMENSION, Integer.toString(dimension));
    return state;
  }
}
