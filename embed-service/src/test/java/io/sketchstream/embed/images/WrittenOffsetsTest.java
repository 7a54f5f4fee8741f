package io.sketchstream.embed.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.embed.images.WrittenOffsets.Range;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WrittenOffsetsTest {
  private final WrittenOffsets written = new WrittenOffsets(10);

  @Test
  void recognisesConsecutiveOwnRecords() {
    written.acknowledged(10);
    written.acknowledged(11);
    written.ends(12);
    assertEquals(Optional.empty(), written.foreign());
    assertEquals(12, written.inOrder());
  }

  @Test
  void treatsAGapBeforeAnOwnRecordAsForeign() {
    written.acknowledged(10);
    written.acknowledged(13);
    assertEquals(Optional.of(new Range(11, 13)), written.foreign());
    assertEquals(11, written.inOrder());
    assertEquals(14, written.next());
  }

  @Test
  void treatsRecordsAfterTheLastOwnOneAsForeign() {
    written.acknowledged(10);
    written.ends(12);
    assertEquals(Optional.of(new Range(11, 12)), written.foreign());
  }

  @Test
  void remembersRecordsThatArriveDuringAnExamination() {
    written.ends(12);
    Range first = written.foreign().orElseThrow();
    written.acknowledged(12);
    written.acknowledged(15);
    written.examined(first);
    assertEquals(Optional.of(new Range(12, 15)), written.foreign());
    written.examined(written.foreign().orElseThrow());
    assertEquals(Optional.empty(), written.foreign());
    assertEquals(16, written.inOrder());
  }

  /// Kafka answers a repeated request with offset -1.
  @Test
  void recoversFromAnUnknownOffset() {
    written.acknowledged(-1);
    written.acknowledged(11);
    assertEquals(Optional.of(new Range(10, 11)), written.foreign());
  }
}
