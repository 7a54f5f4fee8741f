package io.sketchstream.encoder.pixels;

/// Finds the first frame of a GIF and its end. The logical screen is not looked at: it may be huge
/// and costs nothing.
final class GifHeader {
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;

  private GifHeader() {}

  static ImageFile read(ByteReader in) throws RefusedImageException {
    int at = 13 + colourTableSize(in.u8(10));
    while (in.u8(at) == EXTENSION) {
      at = afterBlocks(in, at + 2);
    }
    if (in.u8(at) != FRAME) {
      throw in.damaged("it holds no frame");
    }
    int width = in.u16(at + 5, true);
    int height = in.u16(at + 7, true);
    int pixels = at + 10 + colourTableSize(in.u8(at + 9)) + 1;
    afterBlocks(in, pixels);
    return new ImageFile(ImageFormat.GIF, width, height, 1, in.array());
  }

  private static int colourTableSize(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  /// The place after a chain of data blocks, which ends with an empty one.
  private static int afterBlocks(ByteReader in, int from) throws RefusedImageException {
    int at = from;
    for (int size = in.u8(at); size != 0; size = in.u8(at)) {
      at += 1 + size;
    }
    return at + 1;
  }
}
