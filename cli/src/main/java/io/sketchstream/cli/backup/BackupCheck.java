package io.sketchstream.cli.backup;

import io.sketchstream.cli.backup.Manifest.RecordsFile;
import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Compares the files of a backup with its manifest, before anything is done with them.
public final class BackupCheck {
  private BackupCheck() {}

  /// Reads every file to its end.
  ///
  /// @throws BrokenBackupException naming the first file that is missing, damaged or different
  public static void check(Path directory, Manifest manifest, Progress progress)
      throws IOException, BrokenBackupException {
    Map<String, String> others = new LinkedHashMap<>();
    manifest.models().forEach(model -> others.put(model.file(), model.sha256()));
    manifest.settings().forEach(file -> others.put(file.file(), file.sha256()));
    int total = manifest.records().size() + others.size();
    int done = 0;
    for (RecordsFile expected : manifest.records()) {
      progress.at("checking", done++, total);
      check(existing(directory, expected.file()), expected);
    }
    for (Map.Entry<String, String> other : others.entrySet()) {
      progress.at("checking", done++, total);
      Path file = existing(directory, other.getKey());
      same(file, "SHA-256", other.getValue(), Sha256.hex(file));
    }
  }

  private static void check(Path file, RecordsFile expected)
      throws IOException, BrokenBackupException {
    CheckedFile found = CheckedFile.read(file);
    same(file, "SHA-256", expected.sha256(), found.sha256());
    same(file, "number of records", expected.records(), found.records());
    same(file, "number of keys", expected.live(), found.last().live());
    same(file, "digest", expected.digest(), found.digest());
  }

  private static Path existing(Path directory, String name) throws BrokenBackupException {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new BrokenBackupException(file + " is missing");
    }
    return file;
  }

  private static void same(Path file, String what, Object expected, Object found)
      throws BrokenBackupException {
    if (!expected.equals(found)) {
      throw new BrokenBackupException(
          "%s was changed: its %s is %s, the manifest says %s"
              .formatted(file, what, found, expected));
    }
  }
}
