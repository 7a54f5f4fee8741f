package io.sketchstream.images.sketch;

import io.sketchstream.images.RefusedImageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// The characters of an SVG file, as drawing programs write it: gzipped or not, with or without a
/// byte-order mark, in the encoding that it declares.
final class SvgText {
  /// Largest document, compressed or not.
  static final int BYTES_MAX = 4 << 20;

  private static final Pattern DECLARED =
      Pattern.compile("^\\s*<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");
  private static final Pattern WIDE = Pattern.compile("(?i)(utf-?(16|32)|ucs-?[24]|iso-10646).*");
  private static final int DECLARATION_MAX = 200;

  /// Byte-order marks and blanks before the document, and whatever is no markup behind it: viewers
  /// show such files.
  private static final Pattern AROUND =
      Pattern.compile("\\A[\ufeff\\s]++|(?<=</svg>|</SVG>)[^<]+\\z");

  private static final Pattern PREFIX =
      Pattern.compile("[<\\s]/?([A-Za-z_][\\w.-]*):[A-Za-z_][\\w.-]*(?=[\\s=/>])");
  private static final Pattern ROOT = Pattern.compile("<(?:[A-Za-z_][\\w.-]*:)?svg(?=[\\s/>])");
  private static final Pattern RESERVED = Pattern.compile("(?i)xml.*");
  private static final int PREFIXES_MAX = 100;
  private static final Map<String, String> NAMESPACES =
      Map.of("svg", "http://www.w3.org/2000/svg", "xlink", "http://www.w3.org/1999/xlink");

  private SvgText() {}

  static String of(byte[] file) throws RefusedImageException {
    byte[] bytes = isCompressed(file) ? unpacked(file) : file;
    if (bytes.length > BYTES_MAX) {
      throw new RefusedImageException("the SVG has more than " + (BYTES_MAX >> 20) + " MiB");
    }
    CharsetDecoder decoder =
        charset(bytes)
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    try {
      String text = decoder.decode(ByteBuffer.wrap(bytes)).toString();
      return AROUND.matcher(text).replaceAll("");
    } catch (IOException e) {
      throw new RefusedImageException("the SVG can't be read as text", e);
    }
  }

  /// The text with a declaration of each prefix that has none: in pages, and in files whose
  /// document type declares them, they are missing.
  ///
  /// @param text without its document type
  static String withNamespaces(String text) {
    Matcher root = ROOT.matcher(text);
    if (!root.find()) {
      return text;
    }
    Set<String> missing = new TreeSet<>();
    Matcher prefix = PREFIX.matcher(text);
    while (missing.size() < PREFIXES_MAX && prefix.find()) {
      String name = prefix.group(1);
      if (!missing.contains(name)
          && !RESERVED.matcher(name).matches()
          && !text.contains("xmlns:" + name)) {
        missing.add(name);
      }
    }
    StringBuilder declarations = new StringBuilder();
    for (String name : missing) {
      String namespace = NAMESPACES.getOrDefault(name, "undeclared:" + name);
      declarations.append(" xmlns:").append(name).append("='").append(namespace).append('\'');
    }
    return missing.isEmpty()
        ? text
        : text.substring(0, root.end()) + declarations + text.substring(root.end());
  }

  private static boolean isCompressed(byte[] file) {
    return file.length > 2 && file[0] == 0x1f && file[1] == (byte) 0x8b;
  }

  private static byte[] unpacked(byte[] file) throws RefusedImageException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      return in.readNBytes(BYTES_MAX + 1);
    } catch (IOException e) {
      throw new RefusedImageException("the compressed SVG is damaged or truncated", e);
    }
  }

  private static Charset charset(byte[] bytes) throws RefusedImageException {
    int first = bytes.length > 1 ? (bytes[0] & 0xff) << 8 | bytes[1] & 0xff : 0;
    switch (first) {
      case 0xfffe, 0x3c00 -> {
        return StandardCharsets.UTF_16LE;
      }
      case 0xfeff, 0x003c -> {
        return StandardCharsets.UTF_16BE;
      }
      case 0xefbb -> {
        return StandardCharsets.UTF_8;
      }
      default -> {
        return declared(bytes);
      }
    }
  }

  private static Charset declared(byte[] bytes) throws RefusedImageException {
    String start =
        new String(bytes, 0, Math.min(bytes.length, DECLARATION_MAX), StandardCharsets.ISO_8859_1);
    Matcher declared = DECLARED.matcher(start);
    try {
      // A text that can be read so far is not of wide characters, whatever it says: some programs
      // write what their texts are in memory.
      return declared.find() && !WIDE.matcher(declared.group(1)).matches()
          ? Charset.forName(declared.group(1))
          : StandardCharsets.UTF_8;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new RefusedImageException("the SVG has an unknown encoding: " + declared.group(1), e);
    }
  }
}
