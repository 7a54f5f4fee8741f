package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.util.Arrays;

/// Finds the first frame of a GIF, its end, and its place on the logical screen, which is what
/// viewers show. A screen that is much larger than any picture is ignored.
final class GifHeader {
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;
  private static final byte TRAILER = 0x3b;
  private static final long SCREEN_PIXELS_MAX = 16_000_000;

  private GifHeader() {}

  static ImageFile read(ByteReader in) throws RefusedImageException {
    int at = 13 + colourTableSize(in.u8(10));
    while (in.u8(at) == EXTENSION) {
      at = afterBlocks(in, at + 2);
    }
    if (in.u8(at) != FRAME) {
      throw in.damaged("it holds no frame");
    }
    int left = in.u16(at + 1, true);
    int top = in.u16(at + 3, true);
    int width = in.u16(at + 5, true);
    int height = in.u16(at + 7, true);
    int pixels = at + 10 + colourTableSize(in.u8(at + 9)) + 1;
    byte[] file = ended(in, pixels, (long) width * height);
    ImageSize size = ImageSize.of(width, height);
    int screenWidth = Math.max(in.u16(6, true), left + width);
    int screenHeight = Math.max(in.u16(8, true), top + height);
    if ((long) screenWidth * screenHeight <= SCREEN_PIXELS_MAX && size.pixels() > 0) {
      size = new ImageSize(screenWidth, screenHeight, size.bytesPerPixel(), frame(left, top, size));
    }
    return ImageFile.foreign(ImageFormat.GIF, size, 1, file);
  }

  /// The file with an end: some end with their last data block. The pixels in it tell whether that
  /// is the last one, since the reader fills up what is missing.
  private static byte[] ended(ByteReader in, int pixels, long count) throws RefusedImageException {
    int at = pixels;
    while (at < in.size() && in.u8(at) != 0) {
      at += 1 + in.u8(at);
    }
    if (at < in.size()) {
      return in.array();
    }
    if (at > in.size() || GifPixels.count(in, pixels - 1) < count) {
      throw in.truncated();
    }
    byte[] file = Arrays.copyOf(in.array(), in.size() + 2);
    file[in.size() + 1] = TRAILER;
    return file;
  }

  private static ImageSize.Frame frame(int left, int top, ImageSize size) {
    return new ImageSize.Frame(left, top, size.width(), size.height());
  }

  private static int colourTableSize(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  /// The position after a chain of data blocks, which ends with an empty one.
  private static int afterBlocks(ByteReader in, int from) throws RefusedImageException {
    int at = from;
    for (int size = in.u8(at); size != 0; size = in.u8(at)) {
      at += 1 + size;
    }
    return at + 1;
  }
}
