package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.query.search.OpenSearches.Search;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class OpenSearchesTest {
  private static final TopicPartition PARTITION = new TopicPartition("sketch-embeddings", 0);

  private final OpenSearches open = new OpenSearches();

  /// The next owner answers it, so it has to read it.
  @Test
  void aSearchThatMovedIsNotCommittedThoughItEnds() {
    Search answered = begin(6);
    Search moving = begin(7);
    assertTrue(answered.beginAnswer());
    open.leave(List.of(PARTITION));
    answered.end();
    assertFalse(moving.beginAnswer(), "another process answers it");
    moving.end();
    assertEquals(Map.of(PARTITION, new OffsetAndMetadata(7)), open.committable());
  }

  /// An answer may be on its way as the partition moves.
  @Test
  void anAnswerThatWasBeingSentIsCommitted() {
    Search search = begin(7);
    assertTrue(search.beginAnswer());
    open.leave(List.of(PARTITION));
    assertEquals(Map.of(PARTITION, new OffsetAndMetadata(7)), open.committable());
    search.end();
    assertEquals(Map.of(PARTITION, new OffsetAndMetadata(8)), open.committable());
  }

  @Test
  void aSearchThatMovedAndComesBackIsNoRepetition() {
    Search early = begin(7);
    assertTrue(early.identify("early"));
    Search late = begin(8);
    open.leave(List.of(PARTITION));
    assertTrue(late.identify("late"));
    open.forget(List.of(PARTITION));
    assertTrue(begin(7).identify("early"));
    assertTrue(begin(8).identify("late"));
    assertFalse(begin(9).identify("late"), "embed has sent it twice");
  }

  private Search begin(long offset) {
    return open.begin(
        new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, null, null));
  }
}
