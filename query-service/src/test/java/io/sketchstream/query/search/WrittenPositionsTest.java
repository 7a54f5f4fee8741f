package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.SearchErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class WrittenPositionsTest {
  private final AtomicInteger reads = new AtomicInteger();
  private long end = 10;
  private boolean away;
  private final WrittenPositions written =
      new WrittenPositions(() -> {
        reads.incrementAndGet();
        if (away) {
          throw new TimeoutException("no broker");
        }
        return Map.of(0, end);
      });

  @Test
  void refusesUnwrittenPositionsAtOnce() {
    SearchFailure refused = assertThrows(SearchFailure.class, () -> check(10));
    assertEquals(SearchErrorCode.BAD_REQUEST, refused.code());
    assertTrue(refused.getMessage().contains("no write 0:10"), refused.getMessage());
    assertThrows(SearchFailure.class, () -> check(Long.MAX_VALUE));
    assertThrows(SearchFailure.class, () -> check(-1));
  }

  @Test
  void knowsANewWrite() {
    assertDoesNotThrow(() -> check(9));
    end = 1_000;
    assertDoesNotThrow(() -> check(999));
  }

  @Test
  void readsKnownPositionsOnce() {
    for (int offset = 0; offset < 10; offset++) {
      int one = offset;
      assertDoesNotThrow(() -> check(one));
    }
    assertEquals(1, reads.get());
    assertDoesNotThrow(() -> written.check(List.of()));
    assertEquals(1, reads.get());
  }

  @Test
  void acceptsEverythingWithoutKafka() {
    away = true;
    assertDoesNotThrow(() -> check(99));
    away = false;
    assertThrows(SearchFailure.class, () -> check(99));
  }

  private void check(long offset) throws SearchFailure {
    written.check(List.of(ImagePosition.newBuilder().setOffset(offset).build()));
  }
}
