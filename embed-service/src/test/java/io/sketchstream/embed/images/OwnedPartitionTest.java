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
    assertTrue(partition.takeUp(committed, 3, 5, new TopicIds("", "embeddings"), NOW));
    assertEquals("first", noted().imagesId());
    partition.identify(new TopicIds("second", "embeddings"));
    assertTrue(partition.isRecreated());
  }

  @Test
  void anIdThatNobodyNotedIsLearned() {
    assertTrue(partition.takeUp(Optional.empty(), 0, 0, new TopicIds("", ""), NOW));
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
    assertTrue(partition.takeUp(Optional.empty(), 0, 1_000, new TopicIds("first", "first"), NOW));
    long term = partition.term();
    partition.startOver(1_000, new TopicIds("second", "first"));
    assertEquals(term, partition.term());
    partition.startOver(3, new TopicIds("second", "second"));
    assertEquals(EmbedProgress.nextTerm(0, 3), noted().term());
  }

  /// Kafka tells by it whether a record was lost.
  @Test
  void anOffsetKeepsTheEpochOfItsLeader() {
    Optional<Integer> epoch = Optional.of(4);
    String note = new EmbedProgress(true, NOW, 5, 7, "first").metadata();
    OffsetAndMetadata committed = new OffsetAndMetadata(3, epoch, note);
    assertTrue(partition.takeUp(Optional.of(committed), 3, 5, new TopicIds("first", ""), NOW));
    assertEquals(epoch, partition.described(new OffsetAndMetadata(3), NOW).leaderEpoch());
    assertEquals(epoch, partition.described(new OffsetAndMetadata(3), NOW).leaderEpoch());
    OffsetAndMetadata later = new OffsetAndMetadata(4, Optional.of(6), "");
    assertEquals(Optional.of(6), partition.described(later, NOW).leaderEpoch());
    assertEquals(
        Optional.empty(), partition.described(new OffsetAndMetadata(3), NOW).leaderEpoch());
  }

  private EmbedProgress noted() {
    String metadata = partition.described(new OffsetAndMetadata(3), NOW).metadata();
    return EmbedProgress.parse(metadata).orElseThrow();
  }
}
