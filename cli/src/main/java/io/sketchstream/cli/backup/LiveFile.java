package io.sketchstream.cli.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The records of a file that count in the end.
final class LiveFile {
  private LiveFile() {}

  /// Hands over of each key the last record, in their order; removed keys have none.
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
