package io.sketchstream.images.decode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.IccProfile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// Decodes HEIC and AVIF with libheif, where the system has it (Debian's `libheif1`). Only called
/// in a decoder process: a crash of native code ends only that process.
final class Heif {
  private static final List<String> LIBRARIES =
      List.of("libheif.so.1", "libheif.so", "libheif.1.dylib", "libheif.dylib", "heif.dll");

  private static final int PROFILE_SIZE_MAX = 4 << 20;
  private static final int COLOUR_RGB = 1;
  private static final int INTERLEAVED_RGBA = 11;
  private static final int CHANNEL_INTERLEAVED = 10;

  /// `struct heif_error`: code, subcode, message.
  private static final StructLayout ERROR = MemoryLayout.structLayout(JAVA_INT, JAVA_INT, ADDRESS);

  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup library;
  private final Arena arena;

  private Heif(SymbolLookup library, Arena arena) {
    this.library = library;
    this.arena = arena;
  }

  /// @throws RefusedImageException when the file is damaged, or libheif is not installed
  static BufferedImage decode(byte[] file) throws RefusedImageException {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup library =
          find()
              .orElseThrow(() ->
                  new RefusedImageException(
                      "HEIC and AVIF are supported where libheif is installed, which it is not"
                          + " here; install it (Debian: libheif1), or export the picture as"
                          + " JPEG"));
      return new Heif(library, arena).picture(file);
    }
  }

  static Optional<SymbolLookup> find() {
    return NativeLibrary.find(LIBRARIES);
  }

  private BufferedImage picture(byte[] file) throws RefusedImageException {
    MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, file);
    MemorySegment context = (MemorySegment) call("heif_context_alloc", ADDRESS);
    check(
        call(
            "heif_context_read_from_memory_without_copy",
            ERROR,
            context,
            bytes,
            (long) file.length,
            MemorySegment.NULL));
    MemorySegment handle = arena.allocate(ADDRESS);
    check(call("heif_context_get_primary_image_handle", ERROR, context, handle));
    MemorySegment image = arena.allocate(ADDRESS);
    check(
        call(
            "heif_decode_image",
            ERROR,
            handle.get(ADDRESS, 0),
            image,
            COLOUR_RGB,
            INTERLEAVED_RGBA,
            MemorySegment.NULL));
    BufferedImage picture = pixels(image.get(ADDRESS, 0));
    IccProfile profile = IccProfile.ofRgb(profile(handle.get(ADDRESS, 0)));
    release("heif_image_release", image.get(ADDRESS, 0));
    release("heif_image_handle_release", handle.get(ADDRESS, 0));
    release("heif_context_free", context);
    return new SrgbConversion(new Deadline(), SrgbConversion.WHITE).convert(picture, profile);
  }

  /// The colour profile, such as Display P3 of phones; empty for none.
  private byte[] profile(MemorySegment handle) throws RefusedImageException {
    long size = (long) call("heif_image_handle_get_raw_color_profile_size", JAVA_LONG, handle);
    if (size <= 0 || size > PROFILE_SIZE_MAX) {
      return new byte[0];
    }
    MemorySegment profile = arena.allocate(size);
    check(call("heif_image_handle_get_raw_color_profile", ERROR, handle, profile));
    return profile.toArray(ValueLayout.JAVA_BYTE);
  }

  /// After a failure nothing is released: the process is replaced soon.
  private BufferedImage pixels(MemorySegment image) {
    int width = (int) call("heif_image_get_width", JAVA_INT, image, CHANNEL_INTERLEAVED);
    int height = (int) call("heif_image_get_height", JAVA_INT, image, CHANNEL_INTERLEAVED);
    MemorySegment stride = arena.allocate(JAVA_INT);
    MemorySegment plane =
        (MemorySegment)
            call("heif_image_get_plane_readonly", ADDRESS, image, CHANNEL_INTERLEAVED, stride);
    int rowSize = stride.get(JAVA_INT, 0);
    MemorySegment rgba = plane.reinterpret((long) rowSize * height);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    int to = 0;
    for (int y = 0; y < height; y++) {
      long from = (long) y * rowSize;
      for (int x = 0; x < width; x++, from += 4, to += 3) {
        int alpha = rgba.get(ValueLayout.JAVA_BYTE, from + 3) & 0xff;
        for (int band = 0; band < 3; band++) {
          int sample = rgba.get(ValueLayout.JAVA_BYTE, from + band) & 0xff;
          bgr[to + 2 - band] = (byte) ((sample * alpha + 255 * (255 - alpha) + 127) / 255);
        }
      }
    }
    return picture;
  }

  private void release(String function, MemorySegment object) {
    invoke(function, FunctionDescriptor.ofVoid(ADDRESS), object);
  }

  private Object call(String function, MemoryLayout result, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            default -> ADDRESS;
          };
    }
    return invoke(function, FunctionDescriptor.of(result, layouts), arguments);
  }

  private Object invoke(String function, FunctionDescriptor descriptor, Object... arguments) {
    MemorySegment address = library.find(function).orElseThrow();
    MethodHandle handle = LINKER.downcallHandle(address, descriptor);
    boolean struct = descriptor.returnLayout().filter(ERROR::equals).isPresent();
    try {
      return (struct ? handle.bindTo((SegmentAllocator) arena) : handle)
          .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // Native functions declare none.
      throw new IllegalStateException(e);
    }
  }

  private static void check(Object error) throws RefusedImageException {
    MemorySegment struct = (MemorySegment) error;
    if (struct.get(JAVA_INT, 0) != 0) {
      String message = struct.get(ADDRESS, 8).reinterpret(1000).getString(0);
      throw new RefusedImageException("the HEIC or AVIF cannot be decoded: " + message);
    }
  }
}
