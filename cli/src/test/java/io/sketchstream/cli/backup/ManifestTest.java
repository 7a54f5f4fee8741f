package io.sketchstream.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.cli.backup.Manifest.RecordsFile;
import io.sketchstream.cli.backup.Manifest.TopicLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManifestTest {
  @TempDir Path directory;

  @Test
  void readsWhatItWrote() throws Exception {
    Manifest manifest = written();
    assertEquals(manifest, Manifest.read(directory));
    assertEquals(1, manifest.live("images"));
    assertEquals(1, manifest.partitions("images"));
    assertEquals(0, manifest.partitions("labels"));
    BackupCheck.check(directory, manifest, (_, _, _) -> {});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images-0.records   | ../../etc/passwd | is not a file name",
        "images-0.records   | /etc/passwd      | is not a file name",
        "\"partition\" : 0  | \"partition\" : 1 | partition 1 of images",
        "\"partitions\" : 1 | \"partitions\" : 2 | not a file for each partition",
        "\"partitions\" : 1 | \"partitions\" : 2000000000 | has 2000000000 partitions",
        "\"live\" : 1       | \"live\" : -1    | can't be true",
        "\"format\" : 1     | \"format\" : 2   | format 2; this release reads 1",
        "\"topic\" : \"images\" | \"topic\" : \"sketches\" | unknown topic sketches",
        "\"cluster\" :      | \"cluster\" : [  | manifest.json",
        "\"g1\"             | \"../g1\"        | must match"
      })
  void refusesWhatCantBeTrue(String before, String after, String reason) throws Exception {
    Manifest _ = written();
    Path file = directory.resolve(Manifest.FILE);
    String text = Files.readString(file);
    assertTrue(text.contains(before), text);
    Files.writeString(file, text.replace(before, after));
    assertRefused(reason);
  }

  @Test
  void recognisesAnUnfinishedBackup() throws Exception {
    Path place = directory.resolve("new");
    BackupFolder folder = BackupFolder.create(place);
    Files.writeString(folder.resolve("images-0.records"), "half of it");
    BrokenBackupException refused =
        assertThrows(BrokenBackupException.class, () -> Manifest.read(place));
    assertTrue(refused.getMessage().contains("writing it was interrupted"), refused.getMessage());
    BackupFolder _ = BackupFolder.create(place);
    assertFalse(Files.exists(place.resolve("images-0.records")), "an unfinished one is replaced");
  }

  @Test
  void refusesANonEmptyDirectory() throws Exception {
    Files.writeString(directory.resolve("thesis.txt"), "years of work");
    assertThrows(BrokenBackupException.class, () -> BackupFolder.create(directory));
    Files.writeString(directory.resolve(Manifest.UNFINISHED), "");
    assertThrows(BrokenBackupException.class, () -> BackupFolder.create(directory));
    assertEquals("years of work", Files.readString(directory.resolve("thesis.txt")));
  }

  @Test
  void findsMissingAndChangedFiles() throws Exception {
    Manifest manifest = written();
    Files.writeString(directory.resolve("model-g1.zip"), "another model");
    assertCheckFails(manifest, "model-g1.zip was changed: its SHA-256");
    Files.delete(directory.resolve("model-g1.zip"));
    assertCheckFails(manifest, "model-g1.zip is missing");
    Files.delete(directory.resolve("images-0.records"));
    write(directory.resolve("images-0.records"), "another image");
    assertCheckFails(manifest, "images-0.records was changed: its SHA-256");
  }

  private void assertCheckFails(Manifest manifest, String reason) {
    BrokenBackupException refused =
        assertThrows(
            BrokenBackupException.class,
            () -> BackupCheck.check(directory, manifest, (_, _, _) -> {}));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  private void assertRefused(String reason) {
    BrokenBackupException refused =
        assertThrows(BrokenBackupException.class, () -> Manifest.read(directory));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  private Manifest written() throws IOException, BrokenBackupException {
    Path records = directory.resolve("images-0.records");
    write(records, "an image");
    Files.writeString(directory.resolve("model-g1.zip"), "a model");
    CheckedFile checked = CheckedFile.read(records);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            "sketchstream 1",
            "2026-01-01T00:00:00Z",
            "a cluster",
            List.of(new TopicLayout("images", 1, Map.of("cleanup.policy", "compact"))),
            List.of(
                new RecordsFile(
                    "images-0.records",
                    "images",
                    0,
                    0,
                    8,
                    1,
                    1,
                    checked.digest(),
                    0,
                    checked.sha256())),
            List.of(Manifest.ModelFile.of(directory, "model-g1.zip", "g1")),
            List.of(new Manifest.Sample("a", List.of("b"))),
            List.of());
    manifest.write(directory);
    return manifest;
  }

  private static void write(Path file, String value) throws IOException {
    try (RecordFileWriter writer = new RecordFileWriter(file)) {
      boolean _ =
          writer.add(new StoredRecord(7, 1, new byte[] {1}, value.getBytes(UTF_8), List.of()));
      writer.finish();
    }
  }
}
