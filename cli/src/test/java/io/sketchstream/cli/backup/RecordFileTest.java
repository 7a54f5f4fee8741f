package io.sketchstream.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordFileTest {
  private static final int START = RecordFormat.MAGIC.length + Integer.BYTES;

  @TempDir Path directory;

  private final long seed = Long.getLong("tests.seed", 42);
  private final Random random = new Random(seed);

  @Test
  void readsWhatItWrote() throws Exception {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      records.add(record(3L * i));
    }
    Path file = write(records);
    try (RecordFileReader reader = new RecordFileReader(file)) {
      for (StoredRecord expected : records) {
        assertSame(expected, reader.next().orElseThrow());
      }
      assertEquals(Optional.empty(), reader.next());
      assertEquals(Optional.empty(), reader.next());
      assertEquals(Sha256.hex(file), reader.sha256());
    }
  }

  @Test
  void readsAnEmptyFile() throws Exception {
    assertEquals(0, CheckedFile.read(write(List.of())).records());
  }

  /// Whatever byte is changed, and wherever the file is cut.
  @Test
  void refusesEveryDamage() throws Exception {
    Path file = write(List.of(record(1), record(5), record(6)));
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      int place = random.nextInt(damaged.length);
      damaged[place] ^= (byte) (1 + random.nextInt(255));
      assertRefused(damaged, "byte " + place + " changed, seed " + seed);
      assertRefused(Arrays.copyOf(whole, place), "cut at " + place + ", seed " + seed);
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 1), "data after its end");
  }

  @Test
  void namesTheRecordAndTheReason() throws Exception {
    byte[] whole = Files.readAllBytes(write(List.of(record(1))));
    byte[] huge = whole.clone();
    ByteBuffer.wrap(huge).putInt(START, Integer.MAX_VALUE);
    assertReason(huge, "record 0: its length is given as 2147483647 bytes");
    byte[] other = whole.clone();
    other[START + Integer.BYTES + 20] ^= 1;
    assertReason(other, "record 0: its checksum does not match");
    byte[] later = whole.clone();
    ByteBuffer.wrap(later).putInt(RecordFormat.MAGIC.length, 9);
    assertReason(later, "has format version 9; this release reads 1");
    assertReason("a text".getBytes(UTF_8), "is not a file of records");
  }

  /// With a checksum that is right: who writes a backup to harm can compute one.
  @Test
  void refusesFieldsThatDoNotFitTheirRecord() {
    ByteBuffer body = ByteBuffer.wrap(RecordFormat.body(record(1)));
    for (int length : new int[] {Integer.MAX_VALUE, -2, 1 << 20}) {
      body.putInt(2 * Long.BYTES, length);
      assertThrows(IllegalArgumentException.class, () -> RecordFormat.record(body.array()));
    }
    byte[] longer = Arrays.copyOf(RecordFormat.body(record(1)), 5000);
    assertThrows(IllegalArgumentException.class, () -> RecordFormat.record(longer));
  }

  @Test
  void refusesOffsetsThatDoNotAscend() throws Exception {
    Path file = write(List.of(record(5), record(5)));
    BrokenBackupException refused =
        assertThrows(BrokenBackupException.class, () -> CheckedFile.read(file));
    assertTrue(refused.getMessage().contains("its offset is 5 after 5"), refused.getMessage());
  }

  @Test
  void skipsRecordsTooLargeForATopic() throws Exception {
    Path file = directory.resolve("large.records");
    try (RecordFileWriter writer = new RecordFileWriter(file)) {
      byte[] large = new byte[RecordFormat.BODY_SIZE_MAX];
      assertFalse(writer.add(new StoredRecord(1, 1, new byte[1], large, List.of())));
      writer.finish();
    }
    assertEquals(0, CheckedFile.read(file).records());
  }

  private StoredRecord record(long offset) {
    byte[] key = ("image-" + offset).getBytes(UTF_8);
    byte[] value = random.nextInt(4) == 0 ? null : new byte[random.nextInt(300)];
    if (value != null) {
      random.nextBytes(value);
    }
    return new StoredRecord(
        offset,
        1_700_000_000_000L + offset,
        key,
        value,
        List.of(
            new StoredRecord.Item("ce_id", "é".getBytes(UTF_8)),
            new StoredRecord.Item("empty", null)));
  }

  private static void assertSame(StoredRecord expected, StoredRecord found) {
    assertEquals(expected.offset(), found.offset());
    assertEquals(expected.timestamp(), found.timestamp());
    assertArrayEquals(expected.key(), found.key());
    assertArrayEquals(expected.value(), found.value());
    assertEquals(expected.headers().size(), found.headers().size());
    for (int i = 0; i < expected.headers().size(); i++) {
      assertEquals(expected.headers().get(i).name(), found.headers().get(i).name());
      assertArrayEquals(expected.headers().get(i).value(), found.headers().get(i).value());
    }
  }

  private Path write(List<StoredRecord> records) throws IOException {
    Path file = Files.createTempDirectory(directory, "file").resolve("images-0.records");
    try (RecordFileWriter writer = new RecordFileWriter(file)) {
      for (StoredRecord each : records) {
        assertTrue(writer.add(each));
      }
      writer.finish();
    }
    return file;
  }

  private void assertRefused(byte[] bytes, String what) throws IOException {
    Path file = Files.write(directory.resolve("damaged.records"), bytes);
    assertThrows(BrokenBackupException.class, () -> CheckedFile.read(file), what);
  }

  private void assertReason(byte[] bytes, String reason) throws IOException {
    Path file = Files.write(directory.resolve("damaged.records"), bytes);
    BrokenBackupException refused =
        assertThrows(BrokenBackupException.class, () -> CheckedFile.read(file));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }
}
