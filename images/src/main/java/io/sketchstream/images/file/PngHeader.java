package io.sketchstream.images.file;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile.Trust;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Walks the chunks of a PNG, checks those that the pixels need and drops the others, so that no
/// compressed comment is inflated in the decoder.
final class PngHeader {
  private static final int SIGNATURE_SIZE = 8;
  private static final int CHUNK_FRAME_SIZE = 12;

  private static final int GRAY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GRAY_WITH_ALPHA = 4;
  private static final int RGB_WITH_ALPHA = 6;

  private static final int PROFILE_SIZE_MAX = 4 << 20;
  private static final byte[] END = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82
  };

  private PngHeader() {}

  static ImageFile read(ByteReader in) throws RefusedImageException {
    ImageSize size = size(in);
    ByteArrayOutputStream kept = new ByteArrayOutputStream(in.size());
    kept.write(in.array(), 0, SIGNATURE_SIZE);
    int orientation = 1;
    Optional<IccProfile> profile = Optional.empty();
    boolean pixels = false;
    long at = SIGNATURE_SIZE;
    while (!(pixels && endsAt(in, at))) {
      long length = in.u32(at, false);
      String type = in.text(at + 4, 4);
      in.require(at, length + CHUNK_FRAME_SIZE);
      switch (type) {
        case "IHDR", "PLTE", "IDAT" -> {
          if (!isIntact(in, (int) at, (int) length)) {
            throw in.damaged("a checksum does not match");
          }
          kept.write(in.array(), (int) at, (int) length + CHUNK_FRAME_SIZE);
          pixels |= type.equals("IDAT");
        }
        case "tRNS" -> {
          // Viewers ignore it too where it is damaged or late, or the pixels have an opacity.
          boolean valid =
              !pixels && in.u8(25) < GRAY_WITH_ALPHA && isIntact(in, (int) at, (int) length);
          if (valid && isFewGrays(in) && length == 2) {
            kept = withPalette(kept.toByteArray(), in.u16(at + 8, false));
          } else if (valid) {
            kept.write(in.array(), (int) at, (int) length + CHUNK_FRAME_SIZE);
          }
        }
        case "eXIf" ->
            orientation = Exif.orientation(Exif.withoutPrefix(in.part((int) at + 8, (int) length)));
        case "iCCP" -> {
          if (profile.isEmpty()) { // Thousands of them would take minutes to inflate.
            byte[] first = profile(in.part((int) at + 8, (int) length));
            profile = Optional.of(IccProfile.of(first, IccProfile.RGB));
          }
        }
        default -> {
          // A comment, a time, a hint: not needed.
        }
      }
      at += length + CHUNK_FRAME_SIZE;
      if (!pixels && type.equals("IEND")) {
        break;
      }
    }
    kept.write(END, 0, END.length);
    if (!pixels) {
      throw in.damaged("it holds no pixels");
    }
    IccProfile colours = profile.orElse(IccProfile.NONE);
    return new ImageFile(
        ImageFormat.PNG,
        size,
        orientation,
        kept.toByteArray(),
        colours,
        colours.isSimple() ? Trust.PLAIN : Trust.USUAL,
        false);
  }

  private static ImageSize size(ByteReader in) throws RefusedImageException {
    if (in.text(12, 4).equals("CgBI")) {
      throw ForeignFormats.refused("a PNG of an iOS app (CgBI)");
    }
    if (!in.text(12, 4).equals("IHDR") || in.u32(8, false) != 13) {
      throw in.damaged("it does not begin with its header");
    }
    long width = in.u32(16, false);
    long height = in.u32(20, false);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw in.damaged("an impossible size");
    }
    if (!isDepthOfColourType(in.u8(24), in.u8(25))) {
      throw in.damaged("samples of " + in.u8(24) + " bits do not go with colour type " + in.u8(25));
    }
    return ImageSize.of((int) width, (int) height, bytesPerPixel(in));
  }

  /// PNG specification, table 12: which depths a colour type allows.
  private static boolean isDepthOfColourType(int depth, int colourType) {
    return switch (colourType) {
      case GRAY -> depth <= 16 && Integer.bitCount(depth) == 1;
      case PALETTE -> depth <= 8 && Integer.bitCount(depth) == 1;
      case RGB, GRAY_WITH_ALPHA, RGB_WITH_ALPHA -> depth == 8 || depth == 16;
      default -> false;
    };
  }

  private static boolean isFewGrays(ByteReader in) throws RefusedImageException {
    return in.u8(25) == GRAY && in.u8(24) < 8;
  }

  /// A copy with a palette of its grays: the reader of the JDK ignores a transparent gray of less
  /// than eight bits.
  ///
  /// @param png its chunks before the pixels
  private static ByteArrayOutputStream withPalette(byte[] png, int transparent) {
    int bits = png[24];
    byte[] grays = new byte[3 << bits];
    for (int i = 0; i < grays.length; i++) {
      grays[i] = (byte) (i / 3 * 255 / ((1 << bits) - 1));
    }
    byte[] opacities = new byte[Math.min(transparent + 1, 1 << bits)];
    Arrays.fill(opacities, (byte) 255);
    if (transparent < 1 << bits) {
      opacities[transparent] = 0;
    }
    byte[] header = Arrays.copyOfRange(png, SIGNATURE_SIZE + 8, SIGNATURE_SIZE + 8 + 13);
    header[9] = PALETTE;
    ByteArrayOutputStream kept = new ByteArrayOutputStream(png.length);
    kept.write(png, 0, SIGNATURE_SIZE);
    kept.writeBytes(PngChecksum.chunk("IHDR", header));
    kept.writeBytes(PngChecksum.chunk("PLTE", grays));
    kept.writeBytes(PngChecksum.chunk("tRNS", opacities));
    return kept;
  }

  private static int bytesPerPixel(ByteReader in) throws RefusedImageException {
    int samples =
        switch (in.u8(25)) {
          case RGB -> 3;
          case GRAY_WITH_ALPHA -> 2;
          case RGB_WITH_ALPHA -> 4;
          default -> 1;
        };
    return samples * (in.u8(24) > 8 ? 2 : 1);
  }

  /// Whether nothing behind the pixels matters: IEND is there, or what follows is no chunk. Viewers
  /// accept a missing IEND; data of a chunk that is cut off may be pixels.
  private static boolean endsAt(ByteReader in, long at) throws RefusedImageException {
    if (at + CHUNK_FRAME_SIZE > in.size()) {
      return true;
    }
    String type = in.text(at + 4, 4);
    return !type.equals("IDAT")
        && (type.equals("IEND")
            || !type.chars().allMatch(PngHeader::isLetter)
            || at + in.u32(at, false) + CHUNK_FRAME_SIZE > in.size());
  }

  private static boolean isLetter(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isIntact(ByteReader in, int at, int length) throws RefusedImageException {
    CRC32 sum = new CRC32();
    sum.update(in.array(), at + 4, 4 + length);
    return sum.getValue() == in.u32(at + 8L + length, false);
  }

  /// The profile in a chunk: name, 0, method, compressed profile. An unreadable profile is ignored,
  /// as in every viewer.
  private static byte[] profile(ByteReader chunk) throws RefusedImageException {
    int name = 0;
    while (name < chunk.size() && chunk.u8(name) != 0) {
      name++;
    }
    if (name + 2 >= chunk.size()) {
      return new byte[0];
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(chunk.copy(name + 2L, chunk.size() - name - 2));
      ByteArrayOutputStream profile = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        if (count == 0 || profile.size() > PROFILE_SIZE_MAX) {
          return new byte[0];
        }
        profile.write(buffer, 0, count);
      }
      return profile.toByteArray();
    } catch (DataFormatException _) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }
}
