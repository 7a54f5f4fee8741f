package io.sketchstream.encoder.pixels;

/// Walks the markers of a JPEG up to its pixels, and looks whether its end is there.
final class JpegHeader {
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int EXIF = 0xe1;
  private static final String EXIF_PREFIX = "Exif\0\0";

  /// A progressive JPEG has about 10 scans. Hundreds of tiny ones over a large picture are a way to
  /// keep a decoder busy.
  private static final int SCANS_MAX = 200;

  private JpegHeader() {}

  static ImageFile read(ByteReader in) throws RefusedImageException {
    int at = 2;
    int width = 0;
    int height = 0;
    int orientation = 1;
    while (true) {
      if (in.u8(at) != 0xff) {
        throw in.damaged("no marker where one must be");
      }
      int marker = in.u8(at + 1);
      if (marker == 0xff) { // Padding before a marker.
        at++;
        continue;
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) { // Markers without content.
        at += 2;
        continue;
      }
      if (marker == END_OF_IMAGE) {
        throw in.damaged("it ends before its pixels");
      }
      int length = in.u16(at + 2, false);
      if (length < 2) {
        throw in.damaged("a segment of impossible length");
      }
      in.require(at + 2, length);
      if (marker == START_OF_SCAN) {
        break;
      }
      if (isFrameHeader(marker)) {
        height = in.u16(at + 5, false);
        width = in.u16(at + 7, false);
      } else if (marker == EXIF && isExif(in, at, length)) {
        orientation = Exif.orientation(in.part(at + 10, length - 8));
      }
      at += 2 + length;
    }
    checkScans(in, at);
    return new ImageFile(ImageFormat.JPEG, width, height, orientation, in.array());
  }

  /// True for baseline, extended, progressive and the rare kinds; not for tables, which share the
  /// range of numbers.
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean isExif(ByteReader in, int at, int length) throws RefusedImageException {
    return length > 16 && in.text(at + 4, EXIF_PREFIX.length()).equals(EXIF_PREFIX);
  }

  /// Within pixel data a byte 255 is followed by 0 or by a restart marker, so that the two bytes of
  /// the end can only be the end.
  private static void checkScans(ByteReader in, int from) throws RefusedImageException {
    byte[] bytes = in.array();
    int scans = 0;
    for (int i = from; i + 1 < bytes.length; i++) {
      if (bytes[i] != (byte) 0xff) {
        continue;
      }
      int marker = bytes[i + 1] & 0xff;
      if (marker == END_OF_IMAGE) {
        return;
      }
      if (marker == START_OF_SCAN && ++scans > SCANS_MAX) {
        throw in.unsupported("has more than " + SCANS_MAX + " scans");
      }
    }
    throw in.truncated();
  }
}
