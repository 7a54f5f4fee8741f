package io.sketchstream.cli.backup;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes the records of one partition to a new file, in [RecordFormat].
///
/// **Threads:** one. **Owns:** the file, until [#close]; a file that was not finished ends without
/// its count.
final class RecordFileWriter implements AutoCloseable {
  private static final int BUFFER_SIZE = 1 << 16;

  private final FileChannel channel;
  private final DataOutputStream out;
  private long records;

  RecordFileWriter(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    out =
        new DataOutputStream(
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_SIZE));
    out.write(RecordFormat.MAGIC);
    out.writeInt(RecordFormat.VERSION);
  }

  /// @return false for a record that is too large for any topic; it is left out
  boolean add(StoredRecord stored) throws IOException {
    if (RecordFormat.size(stored) > RecordFormat.BODY_SIZE_MAX) {
      return false;
    }
    byte[] body = RecordFormat.body(stored);
    out.writeInt(body.length);
    out.write(body);
    out.writeInt(RecordFormat.crc(body));
    records++;
    return true;
  }

  /// Writes the end and waits until the disk has everything.
  void finish() throws IOException {
    out.writeInt(0);
    out.writeLong(records);
    out.flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
