package io.sketchstream.query.index;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// The state stored with a Lucene commit.
///
/// @param topicId Kafka's id of the embeddings topic that the shard was built from
/// @param offsets position of the shard in its changelog, as Kafka Streams counts it
/// @param imagesOffset the record of `images` that the last one in the shard answers; -1 before the
///   first
/// @param time when the last record in the shard was written, or when the shard was last at the end
///   of the topic; milliseconds since 1970, 0 if unknown
/// @param term highest term of an owner that the shard has seen ([EventHeaders#term]); -1 before
///   the first
/// @param dimension of its embeddings; 0 before the first
/// @param format of its documents
record ShardCommit(
    String topicId,
    Map<TopicPartition, Long> offsets,
    long imagesOffset,
    long time,
    long term,
    int dimension,
    int format) {

  /// Raised with every change of [ImageFields] that older documents don't have.
  static final int FORMAT = 4;

  private static final String TOPIC_ID = "topic-id";
  private static final String IMAGES_OFFSET = "images-offset";
  private static final String TIME = "time";
  private static final String TERM = "term";
  private static final String DIMENSION = "dimension";
  private static final String FORMAT_KEY = "format";
  private static final String OFFSET = "offset:";

  ShardCommit {
    offsets = Map.copyOf(offsets);
  }

  /// Of a shard that is still empty.
  static ShardCommit none(String topicId) {
    return new ShardCommit(topicId, Map.of(), -1, 0, -1, 0, FORMAT);
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
        state.getOrDefault(TOPIC_ID, ""),
        offsets,
        Long.parseLong(state.getOrDefault(IMAGES_OFFSET, "-1")),
        Long.parseLong(state.getOrDefault(TIME, "0")),
        Long.parseLong(state.getOrDefault(TERM, "-1")),
        Integer.parseInt(state.getOrDefault(DIMENSION, "0")),
        Integer.parseInt(state.getOrDefault(FORMAT_KEY, "0")));
  }

  /// Whether the shard may continue from this commit: it belongs to this topic, has the current
  /// format, and has an offset. Without an offset, Kafka Streams begins at the start of the topic,
  /// and images removed before would stay.
  boolean continues(TopicPartition changelog, String topic) {
    return topicId.equals(topic) && format == FORMAT && offsets.containsKey(changelog);
  }

  /// Whether it was read up to a time between these, or that is unknown. A time in the future says
  /// nothing: the clock was wrong then, or is now.
  boolean isWithin(Instant oldest, Instant latest) {
    return time == 0 || (time >= oldest.toEpochMilli() && time <= latest.toEpochMilli());
  }

  /// The next commit of the same shard.
  ShardCommit next(
      Map<TopicPartition, Long> newOffsets,
      long newImagesOffset,
      long newTime,
      long newTerm,
      int newDimension) {
    return new ShardCommit(
        topicId, newOffsets, newImagesOffset, newTime, newTerm, newDimension, format);
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

  /// The commit's data, as Lucene stores it.
  Map<String, String> state() {
    Map<String, String> state = new TreeMap<>();
    offsets.forEach((partition, offset) -> state.put(OFFSET + partition, Long.toString(offset)));
    state.put(TOPIC_ID, topicId);
    state.put(IMAGES_OFFSET, Long.toString(imagesOffset));
    state.put(TIME, Long.toString(time));
    state.put(TERM, Long.toString(term));
    state.put(DIMENSION, Integer.toString(dimension));
    state.put(FORMAT_KEY, Integer.toString(format));
    return state;
  }
}
