package io.sketchstream.images.file;

import static io.sketchstream.images.file.PlainJpeg.HUFFMAN_TABLES;
import static io.sketchstream.images.file.PlainJpeg.QUANTISATION_TABLES;
import static io.sketchstream.images.file.PlainJpeg.RESTART_INTERVAL;
import static io.sketchstream.images.file.PlainJpeg.START_OF_SCAN;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile.Trust;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Walks the segments of a JPEG (ITU-T T.81) and rewrites it with only what its pixels need, so
/// that a decoder gets no stray bytes, thumbnails, profiles or data behind the end. As lenient as
/// libjpeg, because viewers are: stray bytes between segments are skipped, a missing EOI is added.
/// Missing pixels are detected by the decoder.
///
/// No library does this: the code runs in the service's own process on untrusted bytes; the parsers
/// of TwelveMonkeys reject stray bytes and allocate what a header declares.
final class JpegHeader {
  private static final int END_OF_IMAGE = 0xd9;
  private static final int ARITHMETIC_CONDITIONING = 0xcc;
  private static final int HIERARCHY = 0xde;
  private static final int JPEG_LS = 0xf7;
  private static final int JFIF = 0xe0;
  private static final int EXIF = 0xe1;
  private static final int ICC = 0xe2;
  private static final int ADOBE = 0xee;
  private static final String EXIF_PREFIX = "Exif\0\0";

  /// A progressive JPEG has about 10 scans. Hundreds of tiny ones over a large picture are a way to
  /// keep a decoder busy.
  private static final int SCANS_MAX = 200;

  /// A scan has a few tables; tiny ones without end would take many times the memory of the file.
  private static final int PARTS_MAX = 20 * SCANS_MAX;

  private final ByteReader in;
  private final List<Range> kept = new ArrayList<>();
  private final JpegProfile profile = new JpegProfile();
  private JpegFrame frame;
  private int orientation;
  private boolean jfif;
  private int adobeTransform = -1;
  private int scans;

  /// A part of the file that is kept.
  private record Range(int from, int to) {}

  private JpegHeader(ByteReader in) {
    this.in = in;
  }

  static ImageFile read(ByteReader in) throws RefusedImageException {
    JpegHeader header = new JpegHeader(in);
    header.walk();
    return header.file();
  }

  private void walk() throws RefusedImageException {
    int at = 2;
    while (true) {
      at = nextMarker(at);
      if (at < 0) {
        break; // No further marker.
      }
      int marker = in.u8(at + 1);
      if (marker == END_OF_IMAGE) {
        if (scans == 0) {
          throw in.damaged("it ends before its pixels");
        }
        return;
      }
      int length = at + 4 <= in.size() ? in.u16(at + 2, false) : 0;
      boolean whole = length >= 2 && at + 2L + length <= in.size();
      if (!whole && scans > 0) {
        break; // What follows is not part of the image.
      }
      if (length < 2) {
        at += 2; // An empty segment, as some encoders write.
        continue;
      }
      in.require(at + 2, length);
      at = segment(marker, at, length);
      if (at < 0) {
        return;
      }
    }
    if (scans == 0 || !frame.isComplete()) {
      throw in.truncated();
    }
  }

  /// The next position with a marker that matters; -1 if there is none.
  private int nextMarker(int from) {
    byte[] bytes = in.array();
    for (int at = from; at + 1 < bytes.length; at++) {
      int marker = bytes[at + 1] & 0xff;
      boolean empty = marker <= 0x01 || marker == 0xff || (marker >= 0xd0 && marker <= 0xd8);
      if (bytes[at] == (byte) 0xff && !empty) {
        return at;
      }
    }
    return -1;
  }

  /// @return the position after the segment; -1 if nothing after it matters
  private int segment(int marker, int at, int length) throws RefusedImageException {
    int end = at + 2 + length;
    switch (marker) {
      case QUANTISATION_TABLES, HUFFMAN_TABLES, RESTART_INTERVAL, ARITHMETIC_CONDITIONING ->
          keep(at, end);
      case START_OF_SCAN -> {
        return scan(at, end);
      }
      case JFIF -> jfif |= startsWith("JFIF\0", at, length);
      case EXIF -> {
        if (orientation == 0 && length > 16 && startsWith(EXIF_PREFIX, at, length)) {
          orientation = Exif.orientation(in.part(at + 10, length - 8));
        }
      }
      case ICC -> profile.add(in.part(at + 4, length - 2));
      case ADOBE -> {
        if (length >= 14 && startsWith("Adobe", at, length)) {
          adobeTransform = in.u8(at + 15);
        }
      }
      case JPEG_LS, HIERARCHY -> {
        if (frame == null) {
          throw in.unsupported(
              (marker == JPEG_LS ? "is a JPEG-LS" : "is hierarchical")
                  + ", which is not supported; save it as a usual JPEG");
        }
      }
      default -> {
        if (JpegFrame.isFrame(marker)) {
          if (frame != null && frame.isComplete()) {
            return -1; // Another picture behind this one, which has no end marker.
          }
          if (frame != null) {
            throw in.damaged("it has two frame headers");
          }
          frame = JpegFrame.read(in, at, length);
          keep(at, end);
        }
      }
    }
    return end;
  }

  private void keep(int from, int to) throws RefusedImageException {
    if (kept.size() == PARTS_MAX) {
      throw in.unsupported("has more than " + PARTS_MAX + " tables and scans");
    }
    kept.add(new Range(from, to));
  }

  private int scan(int at, int dataStart) throws RefusedImageException {
    if (frame == null) {
      throw in.damaged("its pixels come before its frame header");
    }
    if (!frame.addScan(in, at)) {
      if (scans > 0) {
        return -1; // Data after the image that looks like a scan.
      }
      throw in.damaged("its scan does not match its frame");
    }
    if (++scans > SCANS_MAX) {
      throw in.unsupported("has more than " + SCANS_MAX + " scans");
    }
    int end = dataEnd(dataStart);
    keep(at, end);
    return frame.endsWithThisScan() ? -1 : end;
  }

  /// Within pixel data a byte 255 is followed by 0 or a restart marker; any other ends it.
  private int dataEnd(int from) {
    byte[] bytes = in.array();
    for (int i = from; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xff) {
        int next = bytes[i + 1] & 0xff;
        boolean data = next == 0 || next == 0xff || (next >= 0xd0 && next <= 0xd7);
        if (!data) {
          return i;
        }
      }
    }
    return bytes.length;
  }

  private boolean startsWith(String prefix, int at, int length) throws RefusedImageException {
    return length >= 2 + prefix.length() && in.text(at + 4, prefix.length()).equals(prefix);
  }

  private ImageFile file() throws RefusedImageException {
    boolean usual = frame.isUsual();
    String space = frame.components() == 4 ? IccProfile.CMYK : IccProfile.RGB;
    IccProfile colours =
        frame.components() >= 3 ? IccProfile.of(profile.bytes(), space) : IccProfile.NONE;
    byte[] bytes = rewrite(usual ? usualStart() : unusualStart(colours));
    return new ImageFile(
        ImageFormat.JPEG,
        frame.size(),
        Math.max(1, orientation),
        bytes,
        usual ? colours : IccProfile.NONE,
        trust(usual, colours),
        scans > 1 || !frame.endsWithThisScan());
  }

  private Trust trust(boolean usual, IccProfile colours) {
    if (!usual) {
      return Trust.FOREIGN;
    }
    return frame.isCheap(scans) && colours.isSimple() ? Trust.PLAIN : Trust.USUAL;
  }

  /// Declares the colour space by the rule of libjpeg, so that no decoder has to guess.
  private byte[] usualStart() {
    return frame.isRgb(jfif, adobeTransform) ? adobeStart(0) : PlainJpeg.START;
  }

  /// The markers that the decoder of CMYK and rare variants expects.
  private byte[] unusualStart(IccProfile colours) {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    start.writeBytes(
        adobeTransform >= 0 ? adobeStart(adobeTransform) : new byte[] {-1, (byte) 0xd8});
    start.writeBytes(JpegProfile.segments(colours));
    return start.toByteArray();
  }

  private static byte[] adobeStart(int transform) {
    return new byte[] {
      -1,
      (byte) 0xd8,
      -1,
      (byte) 0xee,
      0,
      14,
      'A',
      'd',
      'o',
      'b',
      'e',
      0,
      100,
      0,
      0,
      0,
      0,
      (byte) transform
    };
  }

  private byte[] rewrite(byte[] start) {
    int last = kept.size() - 1;
    while (in.array()[kept.get(last).from() + 1] != (byte) START_OF_SCAN) {
      last--; // Tables after the last scan are unused.
    }
    int size = start.length + 2;
    for (Range range : kept.subList(0, last + 1)) {
      size += range.to() - range.from();
    }
    if (start == PlainJpeg.START && size == in.size() && isAsItWas(last)) {
      return in.array();
    }
    byte[] bytes = new byte[size];
    System.arraycopy(start, 0, bytes, 0, start.length);
    int at = start.length;
    for (Range range : kept.subList(0, last + 1)) {
      int length = range.to() - range.from();
      System.arraycopy(in.array(), range.from(), bytes, at, length);
      at += length;
    }
    bytes[at] = (byte) 0xff;
    bytes[at + 1] = (byte) END_OF_IMAGE;
    return bytes;
  }

  /// Whether nothing would be dropped, as for canonical images.
  private boolean isAsItWas(int last) {
    byte[] bytes = in.array();
    return kept.getFirst().from() == PlainJpeg.START.length
        && kept.get(last).to() == bytes.length - 2
        && bytes[bytes.length - 1] == (byte) END_OF_IMAGE
        && Arrays.equals(
            bytes, 0, PlainJpeg.START.length, PlainJpeg.START, 0, PlainJpeg.START.length);
  }
}
