package io.sketchstream.query.standing;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How far a reader has read `matches`. It is valid in every process, as they all read one topic:
/// `TOPIC.5-0-12`, the id of the topic and the offset of each partition.
///
/// @param topicId Kafka's id of the topic; what was read of another one says nothing of this one
/// @param offsets of the next record, by partition; 0 where none is named
public record MatchCursor(String topicId, SortedMap<Integer, Long> offsets) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]{0,40})\\.((?:\\d{1,18}-){0,999}\\d{1,18})");

  public MatchCursor {
    offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
  }

  /// @return empty when it has another form
  public static Optional<MatchCursor> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    List<String> given = List.of(form.group(2).split("-"));
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    for (int i = 0; i < given.size(); i++) {
      offsets.put(i, Long.parseLong(given.get(i)));
    }
    return Optional.of(new MatchCursor(form.group(1), offsets));
  }

  /// Whether a record lies before this cursor.
  boolean hasRead(int partition, long offset) {
    return offset < offsets.getOrDefault(partition, 0L);
  }

  /// Whether all that lies before some offsets lies before this cursor.
  boolean hasRead(Map<Integer, Long> before) {
    return before.entrySet().stream()
        .allMatch(end -> end.getValue() <= offsets.getOrDefault(end.getKey(), 0L));
  }

  @Override
  public String toString() {
    int partitions = offsets.isEmpty() ? 1 : offsets.lastKey() + 1;
    return topicId
        + "."
        + IntStream.range(0, partitions)
            .mapToObj(partition -> Long.toString(offsets.getOrDefault(partition, 0L)))
            .collect(Collectors.joining("-"));
  }
}
