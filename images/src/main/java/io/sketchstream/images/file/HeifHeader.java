package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;

/// Finds the size of a HEIC or AVIF: the largest of the sizes that its items have (ISO/IEC
/// 23008-12, property `ispe`). Its orientation is applied by its reader.
final class HeifHeader {
  private static final int BOX_HEADER_SIZE = 8;
  private static final int LARGE_BOX_HEADER_SIZE = 16;
  private static final int BOXES_MAX = 10_000;
  private static final int DEPTH_MAX = 8;

  private final ByteReader in;
  private int boxes;
  private int width;
  private int height;

  private HeifHeader(ByteReader in) {
    this.in = in;
  }

  static ImageFile read(ByteReader in) throws RefusedImageException {
    HeifHeader header = new HeifHeader(in);
    header.boxes(0, in.size(), 0);
    if (header.width == 0 || header.height == 0) {
      throw in.damaged("it has no size");
    }
    return ImageFile.foreign(
        ImageFormat.HEIF, ImageSize.of(header.width, header.height), 1, in.array());
  }

  private void boxes(long from, long end, int depth) throws RefusedImageException {
    long at = from;
    while (depth <= DEPTH_MAX && at + BOX_HEADER_SIZE <= end && ++boxes <= BOXES_MAX) {
      long size = in.u32(at, false);
      size = size == 0 ? end - at : size;
      int header = BOX_HEADER_SIZE;
      if (size == 1 && at + LARGE_BOX_HEADER_SIZE <= end) { // Its size takes 64 bits.
        size = in.u32(at + 8, false) << 32 | in.u32(at + 12, false);
        header = LARGE_BOX_HEADER_SIZE;
      }
      if (size < header || size > end - at) {
        return; // Damage that the reader will find.
      }
      switch (in.text(at + 4, 4)) {
        case "meta" -> boxes(at + header + 4, at + size, depth + 1);
        case "iprp", "ipco" -> boxes(at + header, at + size, depth + 1);
        case "ispe" -> size(at + header + 4);
        default -> {
          // Has no size.
        }
      }
      at += size;
    }
  }

  private void size(long at) throws RefusedImageException {
    long itemWidth = in.u32(at, false);
    long itemHeight = in.u32(at + 4, false);
    if (itemWidth > Integer.MAX_VALUE || itemHeight > Integer.MAX_VALUE) {
      throw in.damaged("an impossible size");
    }
    width = Math.max(width, (int) itemWidth);
    height = Math.max(height, (int) itemHeight);
  }
}
