package io.sketchstream.images.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// Finds the root element of a text, gzipped or not, in any usual encoding: an SVG drawing has
/// `svg`, with or without a prefix.
final class SvgStart {
  /// What may stand before the root: comments, entities.
  private static final int SEARCHED_MAX = 1 << 20;

  private final String text;
  private int at;

  private SvgStart(String text) {
    this.text = text;
  }

  static boolean isSvg(byte[] bytes) {
    boolean packed = bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    byte[] start = packed ? unpacked(bytes) : bytes;
    return isText(start) && new SvgStart(decoded(start)).hasRoot();
  }

  private static byte[] unpacked(byte[] bytes) {
    ByteArrayOutputStream start = new ByteArrayOutputStream();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer);
          count > 0 && start.size() < SEARCHED_MAX;
          count = in.read(buffer)) {
        start.write(buffer, 0, count);
      }
    } catch (IOException _) {
      return start.toByteArray(); // What could be read says what it was.
    }
    return start.toByteArray();
  }

  /// Whether it begins as a text with markup does; decides for most files without decoding.
  private static boolean isText(byte[] bytes) {
    int at = 0;
    while (at < Math.min(bytes.length, 512) && isBlankOrMark(bytes[at])) {
      at++;
    }
    return at < bytes.length && bytes[at] == '<';
  }

  private static boolean isBlankOrMark(byte value) {
    return value == 0
        || value == ' '
        || (value >= '\t' && value <= '\r')
        || value == (byte) 0xfe
        || value == (byte) 0xff
        || value == (byte) 0xef
        || value == (byte) 0xbb
        || value == (byte) 0xbf;
  }

  private static String decoded(byte[] bytes) {
    byte[] start = bytes.length > SEARCHED_MAX ? Arrays.copyOf(bytes, SEARCHED_MAX) : bytes;
    int first = start.length > 1 ? (start[0] & 0xff) << 8 | start[1] & 0xff : 0;
    return switch (first) {
      case 0xfffe, 0x3c00 -> new String(start, UTF_16LE);
      case 0xfeff, 0x003c -> new String(start, UTF_16BE);
      default -> new String(start, ISO_8859_1);
    };
  }

  private boolean hasRoot() {
    while (at >= 0 && at < text.length()) {
      if (text.startsWith("<!--", at)) {
        at = after("-->", at + 4);
      } else if (text.startsWith("<?", at)) {
        at = after("?>", at);
      } else if (text.startsWith("<!", at)) {
        at = afterType();
      } else if (text.charAt(at) == '<') {
        return isSvgElement();
      } else {
        at++; // Blanks and byte-order marks; isText looked at what they are.
      }
    }
    return false;
  }

  private int after(String end, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? -1 : found + end.length();
  }

  /// The place after the document type, whose quoted texts and comments may hold any character.
  private int afterType() {
    int depth = 0;
    for (int i = at; i >= 0 && i < text.length(); i++) {
      char c = text.charAt(i);
      if (text.startsWith("<!--", i)) {
        i = text.indexOf("-->", i + 4);
      } else if (c == '"' || c == '\'') {
        i = text.indexOf(c, i + 1);
      } else if (c == '[' || c == ']') {
        depth += c == '[' ? 1 : -1;
      } else if (c == '>' && depth == 0) {
        return i + 1;
      }
      if (i < 0) {
        return -1;
      }
    }
    return -1;
  }

  private boolean isSvgElement() {
    int end = at + 1;
    while (end < text.length() && " \t\r\n/>".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String name = text.substring(at + 1, end);
    return name.substring(name.indexOf(':') + 1).equalsIgnoreCase("svg");
  }
}
