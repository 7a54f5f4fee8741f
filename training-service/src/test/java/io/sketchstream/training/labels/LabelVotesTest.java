package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Texts;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class LabelVotesTest {
  private static final Map<LabelVotes.Key, String> NONE = Map.of();

  private final LabelVotes votes = new LabelVotes(5);

  @Test
  void countsTheLatestLabelOfAnIdAndNoWithdrawnOne() {
    put("1", "cat", false);
    put("1", "dog", false);
    assertEquals(Map.of(key(), "dog"), votes.verdict().classes());
    assertEquals(1, votes.size());
    withdraw("1", 0, 1);
    assertEquals(NONE, votes.verdict().classes());
    assertEquals(0, votes.size());
  }

  @Test
  void decidesByMajorityAndIgnoresTies() {
    put("1", "cat", false);
    put("2", "dog", false);
    assertEquals(NONE, votes.verdict().classes());
    assertEquals(1, votes.verdict().contradictory());
    put("3", "dog", false);
    assertEquals(Map.of(key(), "dog"), votes.verdict().classes());
  }

  /// Any client of Kafka writes labels.
  @Test
  void aClassIsTheSameHoweverItsNameIsComposed() {
    put("1", "caf\u00e9", false);
    put("2", " cafe\u0301", false);
    put("3", "bar", false);
    assertEquals(Map.of(key(), "caf\u00e9"), votes.verdict().classes());
    assertEquals("caf\u00e9", Texts.normalized("cafe\u0301 "));
  }

  @Test
  void countsWrongAsAVoteAgainst() {
    put("1", "cat", false);
    put("2", "cat", true);
    assertEquals(NONE, votes.verdict().classes());
    assertEquals(1, votes.verdict().contradictory());
    put("3", "dog", false);
    assertEquals(Map.of(key(), "dog"), votes.verdict().classes());
    assertEquals(0, votes.verdict().contradictory());
  }

  @Test
  void prefersTheLaterRecordOfAnIdInTwoPartitions() {
    apply("1", label("cat", false), 0, 2000);
    withdraw("1", 1, 1000);
    assertEquals(Map.of(key(), "cat"), votes.verdict().classes());
    withdraw("1", 1, 3000);
    assertEquals(NONE, votes.verdict().classes());
    apply("1", label("dog", false), 0, 2500);
    assertEquals(NONE, votes.verdict().classes());
  }

  @Test
  void followsTheOrderOfAPartitionDespiteWrongClocks() {
    apply("1", label("cat", false), 0, 2000);
    apply("1", label("dog", false), 0, 1000);
    assertEquals(Map.of(key(), "dog"), votes.verdict().classes());
  }

  /// A label is withdrawn, everywhere, and given again within a millisecond.
  @Test
  void aLabelStandsThatWasGivenAgainAtOnce() {
    apply("1", label("cat", false), 0, 1000);
    withdraw("1", 0, 2000);
    apply("1", label("dog", false), 0, 2000);
    withdraw("1", 1, 2000);
    assertEquals(Map.of(key(), "dog"), votes.verdict().classes());
  }

  @Test
  void countsAnInvalidLabelAsWithdrawn() {
    for (byte[] invalid :
        new byte[][] {
          "no label".getBytes(UTF_8),
          label("", false),
          label("x".repeat(1000), false),
          ExampleLabelled.newBuilder().setClassName("cat").build().toByteArray()
        }) {
      put("1", "cat", false);
      assertEquals(Optional.empty(), apply("1", invalid, 0, 1));
      assertEquals(NONE, votes.verdict().classes());
    }
    assertEquals(Optional.empty(), apply(null, label("cat", false), 0, 1));
  }

  @Test
  void boundsTheNumberOfLabels() {
    for (int i = 0; i < 5; i++) {
      put("label-" + i, "cat", false);
    }
    put("label-4", "dog", false);
    assertThrows(DatasetException.class, () -> put("label-5", "cat", false));
  }

  /// Any client of Kafka writes labels.
  @Test
  void onlyLabelsThatCountTakeUpRoom() {
    for (int i = 0; i < 100; i++) {
      apply("invalid-" + i, "no label".getBytes(UTF_8), 0, 1);
      withdraw("withdrawn-" + i, 0, 1);
    }
    for (int i = 0; i < 5; i++) {
      put("label-" + i, "cat", false);
    }
    assertEquals(5, votes.size());
    assertEquals(5, votes.withdrawn());
    withdraw("label-0", 0, 2);
    put("label-5", "cat", false);
    assertThrows(DatasetException.class, () -> put("label-6", "cat", false));
  }

  private void put(String id, String className, boolean wrong) {
    apply(id, label(className, wrong), 0, 1);
  }

  private void withdraw(String id, int partition, long timestamp) {
    apply(id, null, partition, timestamp);
  }

  private static byte[] label(String className, boolean wrong) {
    return ExampleLabelled.newBuilder()
        .setImageId("image")
        .setClassName(className)
        .setWrong(wrong)
        .build()
        .toByteArray();
  }

  private Optional<ExampleLabelled> apply(String id, byte[] value, int partition, long timestamp) {
    return votes.apply(
        new ConsumerRecord<>(
            "labels",
            partition,
            0,
            timestamp,
            TimestampType.CREATE_TIME,
            -1,
            -1,
            id == null ? null : id.getBytes(UTF_8),
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private static LabelVotes.Key key() {
    return new LabelVotes.Key(Domain.PHOTO, "image");
  }
}
