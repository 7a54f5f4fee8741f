package io.sketchstream.ingest.gallery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OwnWritesTest {
  private OwnWrites writes;

  /// The acknowledgement of a write comes while its record is applied, before the position shows
  /// it.
  @Test
  void forgetsAWriteNotedWhileItIsApplied() {
    AppliedPositions positions =
        new AppliedPositions() {
          @Override
          void advance(int partition, long end) {
            writes.note("a", partition, end - 1, Optional.empty());
            super.advance(partition, end);
          }
        };
    writes = new OwnWrites(positions);
    writes.applied("a", 0, 5);
    assertEquals(0, writes.count());
  }

  @Test
  void forgetsAWriteNotedAfterItWasApplied() {
    writes = new OwnWrites(new AppliedPositions());
    writes.applied("a", 0, 5);
    writes.note("a", 0, 5, Optional.empty());
    assertEquals(0, writes.count());
  }

  @Test
  void keepsAWriteUntilItsRecordIsRead() {
    writes = new OwnWrites(new AppliedPositions());
    writes.note("a", 0, 5, Optional.empty());
    writes.applied("a", 0, 4);
    writes.applied("b", 0, 6);
    assertTrue(writes.find("a").isPresent());
    writes.applied("a", 0, 7);
    assertEquals(0, writes.count());
  }
}
