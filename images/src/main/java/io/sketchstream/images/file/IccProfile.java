package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A colour profile (ICC.1) whose sizes and offsets were checked, because a decoder allocates what
/// they declare. A profile that is truncated, of another colour space, or sRGB counts as none, as
/// in viewers.
public final class IccProfile {
  public static final IccProfile NONE = new IccProfile(new byte[0], Map.of());

  static final String RGB = "RGB ";
  static final String CMYK = "CMYK";

  private static final int HEADER_SIZE = 128;
  private static final int TAG_SIZE = 12;
  private static final int TAGS_MAX = 200;
  private static final int SIMPLE_SIZE_MAX = 64 << 10;

  /// Colourants of sRGB, adapted to D50 (IEC 61966-2-1).
  private static final Map<String, double[]> SRGB =
      Map.of(
          "rXYZ", new double[] {0.4361, 0.2225, 0.0139},
          "gXYZ", new double[] {0.3851, 0.7169, 0.0971},
          "bXYZ", new double[] {0.1431, 0.0606, 0.7141});

  private static final double COLOURANT_TOLERANCE = 0.003;
  private static final double CURVE_TOLERANCE = 0.006;

  private final byte[] bytes;
  private final Map<String, ByteBuffer> tags;

  private IccProfile(byte[] bytes, Map<String, ByteBuffer> tags) {
    this.bytes = bytes;
    this.tags = tags;
  }

  /// A profile of RGB samples, as another library found it.
  public static IccProfile ofRgb(byte[] bytes) {
    return of(bytes, RGB);
  }

  /// @param colourSpace the colour space of the samples, as a profile names it
  static IccProfile of(byte[] bytes, String colourSpace) {
    if (bytes.length < HEADER_SIZE + 4) {
      return NONE;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int size = in.getInt(0);
    int count = in.getInt(HEADER_SIZE);
    boolean sound =
        size >= HEADER_SIZE + 4
            && size <= bytes.length
            && text(in, 36).equals("acsp")
            && text(in, 16).equals(colourSpace)
            && count >= 0
            && count <= TAGS_MAX
            && HEADER_SIZE + 4 + count * TAG_SIZE <= size;
    if (!sound) {
      return NONE;
    }
    Map<String, ByteBuffer> tags = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int entry = HEADER_SIZE + 4 + i * TAG_SIZE;
      int offset = in.getInt(entry + 4);
      int length = in.getInt(entry + 8);
      if (offset < 0 || length < 0 || (long) offset + length > size) {
        return NONE;
      }
      tags.put(text(in, entry), in.slice(offset, length));
    }
    IccProfile profile = new IccProfile(Arrays.copyOf(bytes, size), tags);
    return profile.isSrgb() ? NONE : profile;
  }

  public boolean isPresent() {
    return bytes.length > 0;
  }

  /// The profile. Shared, not copied.
  public byte[] bytes() {
    return bytes;
  }

  /// True for a small profile of three colourants and three curves, and for none at all.
  boolean isSimple() {
    return !isPresent()
        || (bytes.length <= SIMPLE_SIZE_MAX
            && tags.keySet().stream().noneMatch(tag -> tag.startsWith("A2B"))
            && Stream.of("r", "g", "b")
                .allMatch(c -> colourant(c + "XYZ").isPresent() && curve(c).isPresent()));
  }

  private boolean isSrgb() {
    return SRGB.entrySet().stream()
            .allMatch(wanted ->
                colourant(wanted.getKey())
                    .filter(found -> isNear(found, wanted.getValue()))
                    .isPresent())
        && tags.keySet().stream().noneMatch(tag -> tag.startsWith("A2B"))
        && Stream.of("r", "g", "b").allMatch(c -> curve(c).filter(Curve::isSrgb).isPresent());
  }

  private static boolean isNear(double[] found, double[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (Math.abs(found[i] - wanted[i]) > COLOURANT_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private Optional<double[]> colourant(String tag) {
    ByteBuffer in = tags.get(tag);
    return in == null || in.capacity() < 20 || !text(in, 0).equals("XYZ ")
        ? Optional.empty()
        : Optional.of(new double[] {fixed(in, 8), fixed(in, 12), fixed(in, 16)});
  }

  private Optional<Curve> curve(String channel) {
    ByteBuffer in = tags.get(channel + "TRC");
    if (in == null || in.capacity() < 12) {
      return Optional.empty();
    }
    return switch (text(in, 0)) {
      case "curv" -> table(in);
      case "para" -> parametric(in);
      default -> Optional.empty();
    };
  }

  /// From a sample to linear light, both 0 to 1.
  private interface Curve {
    double at(double sample);

    default boolean isSrgb() {
      for (double x = 0.05; x < 1; x += 0.1) {
        double wanted = x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
        if (!(Math.abs(at(x) - wanted) <= CURVE_TOLERANCE)) {
          return false;
        }
      }
      return true;
    }
  }

  private static Optional<Curve> table(ByteBuffer in) {
    int count = in.getInt(8);
    if (count == 0) {
      return Optional.of(x -> x);
    }
    if (count < 0 || in.capacity() < 12 + 2L * count) {
      return Optional.empty();
    }
    if (count == 1) {
      double gamma = (in.getShort(12) & 0xffff) / 256.0;
      return Optional.of(x -> Math.pow(x, gamma));
    }
    return Optional.of(
        x -> (in.getShort(12 + 2 * (int) Math.round(x * (count - 1))) & 0xffff) / 65535.0);
  }

  private static Optional<Curve> parametric(ByteBuffer in) {
    int type = in.getShort(8);
    if (type == 0 && in.capacity() >= 16) {
      double gamma = fixed(in, 12);
      return Optional.of(x -> Math.pow(x, gamma));
    }
    if (type != 3 || in.capacity() < 32) {
      return Optional.empty();
    }
    double gamma = fixed(in, 12);
    double a = fixed(in, 16);
    double b = fixed(in, 20);
    double c = fixed(in, 24);
    double d = fixed(in, 28);
    return Optional.of(x -> x >= d ? Math.pow(a * x + b, gamma) : c * x);
  }

  private static double fixed(ByteBuffer in, int at) {
    return in.getInt(at) / 65536.0;
  }

  private static String text(ByteBuffer in, int at) {
    byte[] text = new byte[4];
    in.get(at, text);
    return new String(text, ISO_8859_1);
  }
}
