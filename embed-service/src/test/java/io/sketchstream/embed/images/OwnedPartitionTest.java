package io.sketchstream.embed.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.EmbedProgress;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class OwnedPartitionTest {
  private static final long NOW = 1_764_486_000_000L;

  private final OwnedPartition partition =
      new OwnedPartition(
          new TopicPartition("images", 0),
          new TopicPartition("image-embeddings-g", 0),
          Duration.ofDays(15).toMillis());

  @Test
  void anIdThatIsUnknownAtFirstIsThatOfTheNote() {
    String note = new EmbedProgress(true, NOW, 5, 7, "first").metadata();
    Optional<OffsetAndMetadata> committed = Optional.of(new OffsetAndMetadata(3, note));
    assertTrue(partition.takeUp(committed, 5, new TopicIds("", "embeddings"), NOW));
    assertEquals("first", noted().imagesId());
    partition.identify(new TopicIds("second", "embeddings"));
    assertTrue(partition.isRecreated());
  }

  @Test
  void anIdThatNobodyNotedIsLearned() {
    assertTrue(partition.takeUp(Optional.empty(), 0, new TopicIds("", ""), NOW));
    partition.identify(new TopicIds("first", ""));
    partition.identify(new TopicIds("", "embeddings"));
    assertFalse(partition.isRecreated());
    assertEquals("first", noted().imagesId());
    partition.identify(new TopicIds("first", "other embeddings"));
    assertTrue(partition.isRecreated());
  }

  /// Shards take no term that is too high for the topic.
  @Test
  void termsBeginAnewWithTheEmbeddings() {
    assertTrue(partition.takeUp(Optional.empty(), 1_000, new TopicIds("first", "first"), NOW));
    long term = partition.term();
    partition.startOver(1_000, new TopicIds("second", "first"));
    assertEquals(term, partition.term());
    partition.startOver(3, new TopicIds("second", "second"));
    assertEquals(EmbedProgress.nextTerm(0, 3), noted().term());
  }

  private EmbedProgress noted() {
    String metadata = partition.described(new OffsetAndMetadata(3), NOW).metadata();
    return EmbedProgress.parse(metadata).orElseThrow();
  }
}
