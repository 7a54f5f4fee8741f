package io.sketchstream.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LastRecordsTest {
  private final long seed = Long.getLong("tests.seed", 42);
  private final Random random = new Random(seed);

  private record Written(String key, String value) {}

  @Test
  void agreesWithAMapInRandomHistories() {
    List<Written> log = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      boolean removed = random.nextInt(3) == 0;
      log.add(new Written("key-" + random.nextInt(100), removed ? null : "value-" + i));
    }
    Map<String, Integer> expected = new HashMap<>();
    LastRecords last = new LastRecords();
    for (int offset = 0; offset < log.size(); offset++) {
      Written written = log.get(offset);
      add(last, offset, written);
      if (written.value() == null) {
        expected.remove(written.key());
      } else {
        expected.put(written.key(), offset);
      }
    }
    assertEquals(expected.size(), last.live(), "seed " + seed);
    for (int offset = 0; offset < log.size(); offset++) {
      String key = log.get(offset).key();
      assertEquals(
          Integer.valueOf(offset).equals(expected.get(key)),
          last.isLast(offset, key.getBytes(UTF_8)),
          "offset " + offset + ", seed " + seed);
    }
  }

  /// A topic that is restored has other offsets, and may have other partitions.
  @Test
  void digestsKeysAndValuesInAnyOrder() {
    List<Written> log = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      log.add(new Written("key-" + i, "value-" + i));
    }
    LastRecords one = new LastRecords();
    log.forEach(written -> add(one, 7, written));
    Collections.shuffle(log, random);
    LastRecords left = new LastRecords();
    LastRecords right = new LastRecords();
    log.forEach(written -> add(random.nextBoolean() ? left : right, 9, written));
    BigInteger sum = LastRecords.sum(left.digest(), right.digest());
    assertEquals(one.digest(), sum, "seed " + seed);
    add(one, 10, new Written("key-3", "another"));
    assertNotEquals(sum, one.digest());
    add(one, 11, new Written("key-3", "value-3"));
    assertEquals(sum, one.digest());
  }

  /// `ab` with `c` is not `a` with `bc`.
  @Test
  void distinguishesKeyAndValueInTheDigest() {
    LastRecords one = new LastRecords();
    add(one, 1, new Written("ab", "c"));
    LastRecords other = new LastRecords();
    add(other, 1, new Written("a", "bc"));
    assertNotEquals(one.digest(), other.digest());
  }

  private static void add(LastRecords last, long offset, Written written) {
    byte[] value = written.value() == null ? null : written.value().getBytes(UTF_8);
    last.add(offset, written.key().getBytes(UTF_8), value);
  }
}
