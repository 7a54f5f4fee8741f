package io.sketchstream.cli.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The records of a file that are live in the end.
final class LiveFile {
  private LiveFile() {}

  /// Passes on the last record of each key, in order; removed keys have none.
  ///
  /// @throws BrokenBackupException naming the file and what is wrong with it
  static void read(Path file, PartitionReader.Sink sink) throws IOException, BrokenBackupException {
    LastRecords last = CheckedFile.read(file).last();
    try (RecordFileReader reader = new RecordFileReader(file)) {
      for (Optional<StoredRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
        StoredRecord stored = next.get();
        if (stored.value() != null && last.isLast(stored.offset(), stored.key())) {
          sink.add(stored);
        }
      }
    }
  }
}
