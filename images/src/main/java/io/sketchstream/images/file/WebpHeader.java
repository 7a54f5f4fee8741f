package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Walks the chunks of a WebP and keeps those with pixels. An extended one has its size twice, for
/// the canvas and in the frame; the larger one counts, because a decoder may use either. The first
/// frame of an animation is kept as a still picture; it has its place on the canvas, which is what
/// viewers show.
final class WebpHeader {
  private static final int CHUNK_HEADER_SIZE = 8;
  private static final int FRAME_HEADER_SIZE = 16;
  private static final int PROFILE_FLAG = 0x20;
  private static final int METADATA_FLAGS = 0x0c;
  private static final int ALPHA_FLAG = 0x10;

  private WebpHeader() {}

  static ImageFile read(ByteReader in) throws RefusedImageException {
    long end = in.u32(4, true) + 8;
    Size size = new Size();
    ByteArrayOutputStream kept = new ByteArrayOutputStream(in.size());
    kept.write(in.array(), 0, 12);
    int orientation = 1;
    IccProfile profile = IccProfile.NONE;
    long at = 12;
    // The size that the file says of itself may be wrong: it only ends a file that has pixels.
    while (at + CHUNK_HEADER_SIZE <= in.size() && (at < end || !size.pixels)) {
      String type = in.text(at, 4);
      long length = in.u32(at + 4, true);
      if (size.pixels && at + CHUNK_HEADER_SIZE + length > in.size()) {
        break; // Metadata or a later frame is cut off.
      }
      in.require(at + CHUNK_HEADER_SIZE, length);
      ByteReader chunk = in.part((int) at + CHUNK_HEADER_SIZE, (int) length);
      switch (type) {
        case "EXIF" -> orientation = Exif.orientation(Exif.withoutPrefix(chunk));
        case "ICCP" -> profile = IccProfile.of(chunk.copy(0, chunk.size()), IccProfile.RGB);
        case "XMP " -> {
          // Not needed.
        }
        case "ANMF" -> {
          boolean first = size.first == null;
          frame(chunk, size);
          if (first) { // It becomes a still picture, which every reader can read.
            kept.reset();
            kept.write(in.array(), 0, 12);
            still(chunk, kept);
          }
        }
        default -> {
          if (size.first == null) {
            keep(in, (int) at, (int) length, kept);
          }
          size.take(type, chunk);
        }
      }
      at += CHUNK_HEADER_SIZE + length + (length & 1);
    }
    if (!size.pixels) {
      throw at >= in.size() || end > in.size() ? in.truncated() : in.damaged("it holds no pixels");
    }
    return new ImageFile(
        ImageFormat.WEBP,
        size.image(),
        orientation,
        withLength(kept.toByteArray()),
        profile,
        ImageFile.Trust.FOREIGN,
        false);
  }

  /// Copies a chunk; the header of an extended file no longer announces what is left out.
  private static void keep(ByteReader in, int at, int length, ByteArrayOutputStream kept) {
    int from = kept.size();
    kept.write(in.array(), at, CHUNK_HEADER_SIZE + length);
    if ((length & 1) == 1) {
      kept.write(0); // The last chunk may lack it.
    }
    if (from == 12 && in.array()[at + 3] == 'X' && length > 0) {
      byte[] soFar = kept.toByteArray();
      soFar[from + CHUNK_HEADER_SIZE] &= (byte) ~(PROFILE_FLAG | METADATA_FLAGS);
      kept.reset();
      kept.writeBytes(soFar);
    }
  }

  private static byte[] withLength(byte[] file) {
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, file.length - 8);
    return file;
  }

  /// The chunks of a frame, with the header of an extended file where it has transparency.
  private static void still(ByteReader frame, ByteArrayOutputStream kept)
      throws RefusedImageException {
    long at = FRAME_HEADER_SIZE;
    if (at + CHUNK_HEADER_SIZE <= frame.size() && frame.text(at, 4).equals("ALPH")) {
      kept.writeBytes(new byte[] {'V', 'P', '8', 'X', 10, 0, 0, 0, ALPHA_FLAG, 0, 0, 0});
      kept.writeBytes(frame.copy(6, 6)); // Width and height, as there.
    }
    while (at + CHUNK_HEADER_SIZE <= frame.size()) {
      int size = CHUNK_HEADER_SIZE + (int) frame.u32(at + 4, true);
      kept.writeBytes(frame.copy(at, size));
      if ((size & 1) == 1) {
        kept.write(0);
      }
      at += size + (size & 1);
    }
  }

  private static void frame(ByteReader frame, Size size) throws RefusedImageException {
    size.place(
        new ImageSize.Frame(
            2 * frame.u24Little(0),
            2 * frame.u24Little(3),
            frame.u24Little(6) + 1,
            frame.u24Little(9) + 1));
    long at = FRAME_HEADER_SIZE;
    while (at + CHUNK_HEADER_SIZE <= frame.size()) {
      long length = frame.u32(at + 4, true);
      frame.require(at + CHUNK_HEADER_SIZE, length);
      size.take(frame.text(at, 4), frame.part((int) at + CHUNK_HEADER_SIZE, (int) length));
      at += CHUNK_HEADER_SIZE + length + (length & 1);
    }
  }

  /// The largest size that any chunk claims.
  private static final class Size {
    int width;
    int height;
    boolean pixels;
    ImageSize.Frame first;

    /// A frame of an animation lies somewhere on the canvas.
    void place(ImageSize.Frame frame) {
      first = first == null ? frame : first;
      atLeast(frame.left() + frame.width(), frame.top() + frame.height());
    }

    ImageSize image() {
      ImageSize whole = ImageSize.of(width, height);
      return first == null ? whole : new ImageSize(width, height, whole.bytesPerPixel(), first);
    }

    void take(String type, ByteReader chunk) throws RefusedImageException {
      switch (type) {
        case "VP8X" -> atLeast(chunk.u24Little(4) + 1, chunk.u24Little(7) + 1);
        case "VP8 " -> {
          atLeast(chunk.u16(6, true) & 0x3fff, chunk.u16(8, true) & 0x3fff);
          pixels = true;
        }
        case "VP8L" -> {
          long bits = chunk.u32(1, true);
          atLeast((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
          pixels = true;
        }
        default -> {
          // Has no size.
        }
      }
    }

    void atLeast(int otherWidth, int otherHeight) {
      width = Math.max(width, otherWidth);
      height = Math.max(height, otherHeight);
    }
  }
}
