package io.sketchstream.cli.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/// The content of a file of records, read to its end.
///
/// @param last the last record of each key
record CheckedFile(long records, LastRecords last, String sha256) {
  /// @throws BrokenBackupException naming the file and what is wrong with it
  static CheckedFile read(Path file) throws IOException, BrokenBackupException {
    LastRecords last = new LastRecords();
    long records = 0;
    try (RecordFileReader reader = new RecordFileReader(file)) {
      for (Optional<StoredRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
        last.add(next.get().offset(), next.get().key(), next.get().value());
        records++;
      }
      return new CheckedFile(records, last, reader.sha256());
    }
  }

  /// The digest as it stands in a manifest.
  String digest() {
    byte[] number = last.digest().toByteArray();
    byte[] bytes = new byte[16];
    for (int i = 1; i <= Math.min(bytes.length, number.length); i++) {
      bytes[bytes.length - i] = number[number.length - i];
    }
    return HexFormat.of().formatHex(bytes);
  }
}
