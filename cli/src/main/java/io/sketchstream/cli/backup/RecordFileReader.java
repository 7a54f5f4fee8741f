package io.sketchstream.cli.backup;

import io.sketchstream.events.Sha256;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Reads a file of [RecordFormat] without trusting it: lengths are bounded before anything is
/// allocated, every record has a checksum, offsets ascend, and the end has the count.
///
/// **Threads:** one. **Owns:** the file, until [#close].
final class RecordFileReader implements AutoCloseable {
  private static final int BUFFER_SIZE = 1 << 16;

  private final Path file;
  private final MessageDigest sha256 = Sha256.digest();
  private final DataInputStream in;
  private long records;
  private long lastOffset = -1;
  private boolean ended;

  /// @throws BrokenBackupException when it is not such a file
  RecordFileReader(Path file) throws IOException, BrokenBackupException {
    this.file = file;
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER_SIZE);
    in = new DataInputStream(new DigestInputStream(bytes, sha256));
    boolean open = false;
    try {
      readStart();
      open = true;
    } finally {
      if (!open) {
        in.close();
      }
    }
  }

  /// The next record; empty at the end of the file.
  ///
  /// @throws BrokenBackupException naming the record and what is wrong with it
  Optional<StoredRecord> next() throws IOException, BrokenBackupException {
    if (ended) {
      return Optional.empty();
    }
    try {
      int length = in.readInt();
      if (length == 0) {
        readEnd();
        return Optional.empty();
      }
      if (length < 0 || length > RecordFormat.BODY_SIZE_MAX) {
        throw broken("its length is given as " + length + " bytes");
      }
      byte[] body = in.readNBytes(length);
      if (in.readInt() != RecordFormat.crc(body)) {
        throw broken("its checksum does not match");
      }
      return Optional.of(parse(body));
    } catch (EOFException e) {
      throw new BrokenBackupException(file + " ends within record " + records, e);
    }
  }

  /// SHA-256 of the whole file, once it is read to its end.
  String sha256() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void readStart() throws IOException, BrokenBackupException {
    byte[] magic = in.readNBytes(RecordFormat.MAGIC.length);
    if (!Arrays.equals(magic, RecordFormat.MAGIC)) {
      throw new BrokenBackupException(file + " is not a file of records");
    }
    try {
      int version = in.readInt();
      if (version != RecordFormat.VERSION) {
        throw new BrokenBackupException(
            "%s has format version %d; this release reads %d"
                .formatted(file, version, RecordFormat.VERSION));
      }
    } catch (EOFException e) {
      throw new BrokenBackupException(file + " ends within its first line", e);
    }
  }

  private StoredRecord parse(byte[] body) throws BrokenBackupException {
    StoredRecord stored;
    try {
      stored = RecordFormat.record(body);
    } catch (IllegalArgumentException e) {
      throw new BrokenBackupException(
          "%s: record %d: %s".formatted(file, records, e.getMessage()), e);
    }
    if (stored.offset() <= lastOffset) {
      throw broken("its offset is %d after %d".formatted(stored.offset(), lastOffset));
    }
    lastOffset = stored.offset();
    records++;
    return stored;
  }

  private void readEnd() throws IOException, BrokenBackupException {
    long expected = in.readLong();
    if (expected != records) {
      throw new BrokenBackupException(
          "%s has %d records; its end says %d".formatted(file, records, expected));
    }
    if (in.read() >= 0) {
      throw new BrokenBackupException(file + " has data after its end");
    }
    ended = true;
  }

  private BrokenBackupException broken(String reason) {
    return new BrokenBackupException("%s: record %d: %s".formatted(file, records, reason));
  }
}
