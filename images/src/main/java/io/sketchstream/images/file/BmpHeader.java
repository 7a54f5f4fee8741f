package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;

/// Reads the header of a BMP and checks that its pixels are there.
final class BmpHeader {
  private static final int CORE_HEADER_SIZE = 12;
  private static final int PROFILE_HEADER_SIZE = 124;
  private static final int UNCOMPRESSED = 0;
  private static final int RUN_LENGTH_8 = 1;
  private static final int RUN_LENGTH_4 = 2;
  private static final int BIT_FIELDS = 3;
  private static final int JPEG = 4;
  private static final int PNG = 5;
  private static final int ALPHA_BIT_FIELDS = 6;
  private static final int COLOURS_HEADER_SIZE = 52;
  private static final int MASKS_HEADER_SIZE = 56;
  private static final int PALETTE_MAX = 256;
  private static final Set<Integer> BITS = Set.of(1, 4, 8, 16, 24, 32);
  private static final long LINKED_PROFILE = 0x4c494e4b;

  private static final int OS2_HEADER_MIN = 16;
  private static final int OS2_HEADER_MAX = 64;
  private static final int USUAL_HEADER_SIZE = 40;
  private static final int FILE_HEADER_SIZE = 14;

  private BmpHeader() {}

  static ImageFile read(ByteReader bmp) throws RefusedImageException {
    ByteReader in = bmp;
    long headerSize = in.u32(14, true);
    if (isOfOs2(headerSize)) {
      return read(new ByteReader(withUsualHeader(in, (int) headerSize), ImageFormat.BMP));
    }
    if (headerSize != CORE_HEADER_SIZE
        && (headerSize < USUAL_HEADER_SIZE || headerSize > PROFILE_HEADER_SIZE)) {
      throw in.unsupported("has a header of an unknown kind (" + headerSize + " bytes)");
    }
    boolean core = headerSize == CORE_HEADER_SIZE;
    int width = core ? in.u16(18, true) : (int) in.u32(18, true);
    int signedHeight = core ? in.u16(20, true) : (int) in.u32(22, true);
    int height = signedHeight == Integer.MIN_VALUE ? 0 : Math.abs(signedHeight);
    int bits = in.u16(core ? 24 : 28, true);
    long compression = core ? UNCOMPRESSED : in.u32(30, true);
    if (!BITS.contains(bits)
        && compression <= ALPHA_BIT_FIELDS
        && compression != JPEG
        && compression != PNG) {
      throw in.unsupported("has " + bits + " bits in a pixel, which is not supported");
    }
    byte[] file = in.array().clone();
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(2, file.length); // Some writers put anything there.
    if (compression == ALPHA_BIT_FIELDS && headerSize == USUAL_HEADER_SIZE) {
      // The masks stand where a larger header has them.
      compression = BIT_FIELDS;
      header.putInt(FILE_HEADER_SIZE, MASKS_HEADER_SIZE).putInt(30, BIT_FIELDS);
    }
    if (in.u32(10, true) == 0) {
      header.putInt(10, pixelsAt(in, headerSize, bits, compression));
    }
    in = new ByteReader(file, ImageFormat.BMP);
    if (compression == UNCOMPRESSED || compression == BIT_FIELDS) {
      long rowSize = Math.max(0, ((long) width * bits + 31) / 32 * 4);
      long padding = Math.max(0, rowSize - ((long) width * bits + 7) / 8);
      long pixels = in.u32(10, true);
      in.require(pixels, Math.max(0, rowSize * height - padding));
      if (pixels + rowSize * height > file.length) { // The last row may lack its padding.
        file = Arrays.copyOf(file, (int) (pixels + rowSize * height));
      }
    } else if (compression == RUN_LENGTH_8 || compression == RUN_LENGTH_4) {
      in.require(in.u32(10, true), in.u32(34, true)); // The reader fills up what is missing.
    } else {
      throw in.unsupported("is packed in a way that is not supported (" + compression + ")");
    }
    if (headerSize >= PROFILE_HEADER_SIZE && in.u32(70, true) == LINKED_PROFILE) {
      throw in.unsupported("refers to a colour profile in another file");
    }
    return ImageFile.foreign(ImageFormat.BMP, ImageSize.of(width, height), 1, file);
  }

  /// Where the pixels begin if the file does not say so: after header, masks and palette.
  private static int pixelsAt(ByteReader in, long headerSize, int bits, long compression)
      throws RefusedImageException {
    boolean core = headerSize == CORE_HEADER_SIZE;
    long used = core ? 0 : Math.min(PALETTE_MAX, in.u32(46, true));
    long colours = used == 0 && bits <= 8 ? 1L << bits : used;
    long masks = headerSize == USUAL_HEADER_SIZE && compression == BIT_FIELDS ? 12 : 0;
    return (int) (FILE_HEADER_SIZE + headerSize + masks + colours * (core ? 3 : 4));
  }

  private static boolean isOfOs2(long headerSize) {
    return headerSize >= OS2_HEADER_MIN
        && headerSize <= OS2_HEADER_MAX
        && headerSize % Short.BYTES == 0
        && headerSize != USUAL_HEADER_SIZE
        && headerSize != COLOURS_HEADER_SIZE
        && headerSize != MASKS_HEADER_SIZE;
  }

  /// A file of OS/2 2, whose header begins as the usual one, but may end after any field; what it
  /// has more is of no use.
  private static byte[] withUsualHeader(ByteReader in, int headerSize)
      throws RefusedImageException {
    int usualEnd = FILE_HEADER_SIZE + USUAL_HEADER_SIZE;
    int end = FILE_HEADER_SIZE + headerSize;
    in.require(0, end);
    byte[] file = new byte[in.size() - end + usualEnd];
    System.arraycopy(in.array(), 0, file, 0, Math.min(end, usualEnd));
    System.arraycopy(in.array(), end, file, usualEnd, in.size() - end);
    int pixels = (int) in.u32(10, true);
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(10, pixels == 0 ? 0 : pixels - end + usualEnd)
        .putInt(FILE_HEADER_SIZE, USUAL_HEADER_SIZE);
    return file;
  }
}
