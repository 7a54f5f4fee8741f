package io.sketchstream.images.decode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Decodes a WebP with libwebp, where the system has it (Debian's `libwebp7`). The reader of
/// ImageIO, TwelveMonkeys 3.14, shows some lossy files in wrong colours (its issues 734, 785, 864).
final class Webp {
  private static final List<String> LIBRARIES =
      List.of("libwebp.so.7", "libwebp.so.6", "libwebp.so", "libwebp.7.dylib", "libwebp.dll");

  private static final FunctionDescriptor DECODE =
      FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
  private static final int ALPHA_FLAG = 0x10;

  private Webp() {}

  /// @return empty for a damaged file, and where libwebp is not installed
  static Optional<BufferedImage> decode(byte[] file) {
    return find().flatMap(library -> decode(library, file));
  }

  static Optional<SymbolLookup> find() {
    return NativeLibrary.find(LIBRARIES);
  }

  private static Optional<BufferedImage> decode(SymbolLookup library, byte[] file) {
    boolean opaque = opaque(file);
    MemorySegment decode = library.find(opaque ? "WebPDecodeBGR" : "WebPDecodeRGBA").orElseThrow();
    MemorySegment free = library.find("WebPFree").orElseThrow();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, file);
      MemorySegment width = arena.allocate(JAVA_INT);
      MemorySegment height = arena.allocate(JAVA_INT);
      MemorySegment pixels =
          (MemorySegment)
              Linker.nativeLinker()
                  .downcallHandle(decode, DECODE)
                  .invokeExact(bytes, (long) file.length, width, height);
      if (pixels.equals(MemorySegment.NULL)) {
        return Optional.empty();
      }
      BufferedImage picture =
          picture(pixels, width.get(JAVA_INT, 0), height.get(JAVA_INT, 0), opaque);
      Linker.nativeLinker()
          .downcallHandle(free, FunctionDescriptor.ofVoid(ADDRESS))
          .invokeExact(pixels);
      return Optional.of(picture);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // Native functions declare none.
      throw new IllegalStateException(e);
    }
  }

  private static BufferedImage picture(
      MemorySegment pixels, int width, int height, boolean opaque) {
    int type = opaque ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_4BYTE_ABGR;
    BufferedImage picture = new BufferedImage(width, height, type);
    byte[] samples = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    MemorySegment.copy(
        pixels.reinterpret(samples.length), JAVA_BYTE, 0, samples, 0, samples.length);
    for (int at = 0; !opaque && at < samples.length; at += 4) { // RGBA to ABGR.
      byte red = samples[at];
      byte green = samples[at + 1];
      samples[at] = samples[at + 3];
      samples[at + 1] = samples[at + 2];
      samples[at + 2] = green;
      samples[at + 3] = red;
    }
    return picture;
  }

  /// Whether its first chunk says that it has no transparency. A lossless one says so elsewhere.
  private static boolean opaque(byte[] file) {
    return switch (new String(file, 12, 4, StandardCharsets.US_ASCII)) {
      case "VP8 " -> true;
      case "VP8X" -> (file[20] & ALPHA_FLAG) == 0;
      default -> false;
    };
  }
}
