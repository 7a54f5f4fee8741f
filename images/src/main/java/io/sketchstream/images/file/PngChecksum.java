package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Puts right the checksum at the end of the compressed pixels of a PNG: viewers ignore it where
/// all pixels are there, the reader of the JDK does not.
public final class PngChecksum {
  private static final int SIGNATURE_SIZE = 8;
  private static final int FRAME_SIZE = 12;
  private static final int HEADER_SIZE = 2;

  /// How much more than its pixels a file may inflate to: a byte for each row, and some that are
  /// too many.
  private static final int SPARE = 1 << 20;

  private PngChecksum() {}

  /// The file with a right checksum.
  ///
  /// @param file as [PngHeader] makes it
  /// @return empty when its compressed pixels have another problem
  public static Optional<byte[]> repaired(ImageFile file) throws RefusedImageException {
    ByteReader in = new ByteReader(file.bytes(), ImageFormat.PNG);
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    before.write(in.array(), 0, SIGNATURE_SIZE);
    ByteArrayOutputStream data = new ByteArrayOutputStream(in.size());
    int at = SIGNATURE_SIZE;
    while (at < in.size()) {
      int length = (int) in.u32(at, false);
      switch (in.text(at + 4, 4)) {
        case "IDAT" -> data.write(in.array(), at + 8, length);
        case "IEND" -> {
          // Written again.
        }
        default -> before.write(in.array(), at, length + FRAME_SIZE);
      }
      at += length + FRAME_SIZE;
    }
    return checked(data.toByteArray(), 2 * file.size().bytes() + SPARE)
        .map(pixels -> {
          before.writeBytes(chunk("IDAT", pixels));
          before.writeBytes(chunk("IEND", new byte[0]));
          return before.toByteArray();
        });
  }

  private static Optional<byte[]> checked(byte[] data, long sizeMax) {
    if (data.length <= HEADER_SIZE) {
      return Optional.empty();
    }
    Inflater inflater = new Inflater(true); // Without the frame that has the checksum.
    try {
      inflater.setInput(data, HEADER_SIZE, data.length - HEADER_SIZE);
      Adler32 sum = new Adler32();
      byte[] buffer = new byte[1 << 16];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        sum.update(buffer, 0, count);
        if (count == 0 && !inflater.finished() || inflater.getBytesWritten() > sizeMax) {
          return Optional.empty();
        }
      }
      int end = HEADER_SIZE + (int) inflater.getBytesRead();
      byte[] checked = Arrays.copyOf(data, end + Integer.BYTES);
      ByteBuffer.wrap(checked).putInt(end, (int) sum.getValue());
      return Optional.of(checked);
    } catch (DataFormatException _) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  /// A chunk with its length and checksum.
  static byte[] chunk(String type, byte[] content) {
    ByteBuffer chunk = ByteBuffer.allocate(content.length + FRAME_SIZE);
    chunk.putInt(content.length);
    type.chars().forEach(letter -> chunk.put((byte) letter));
    chunk.put(content);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, content.length + 4);
    return chunk.putInt((int) sum.getValue()).array();
  }
}
