package io.sketchstream.cli;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Sketch;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.sketch.StrokesJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A sketch file: a raster image, an SVG, or strokes as JSON; of JSON lines, the first one.
final class SketchFile {
  private static final String IMAGE_TYPE = "application/octet-stream";
  private static final String STROKES_TYPE = "application/json";

  private final byte[] bytes;
  private final boolean strokes;

  private SketchFile(byte[] bytes, boolean strokes) {
    this.bytes = bytes;
    this.strokes = strokes;
  }

  /// @throws CommandFailure when it can't be read
  static SketchFile read(Path file) {
    try {
      return of(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException _) {
      throw new CommandFailure(file + ": no such file");
    } catch (IOException e) {
      throw new CommandFailure(file + ": can't be read: " + Reasons.of(e));
    }
  }

  /// @param name for messages
  static SketchFile of(byte[] content, String name) {
    if (content.length == 0) {
      throw new CommandFailure(name + ": the file is empty");
    }
    if (!StrokesJson.looksLikeJson(content)) {
      return new SketchFile(content, false);
    }
    byte[] drawing = isWhole(content) ? content : firstLine(content);
    try {
      StrokesJson.parse(drawing);
    } catch (RefusedImageException e) {
      throw new CommandFailure(name + ": " + e.getMessage());
    }
    return new SketchFile(drawing, true);
  }

  /// What is sent to the server.
  byte[] bytes() {
    return bytes;
  }

  String contentType() {
    return strokes ? STROKES_TYPE : IMAGE_TYPE;
  }

  /// The sketch as the services receive it.
  Sketch sketch() throws RefusedImageException {
    return strokes
        ? Sketch.newBuilder().setStrokes(StrokesJson.parse(bytes)).build()
        : Sketch.newBuilder().setRaster(ByteString.copyFrom(bytes)).build();
  }

  private static boolean isWhole(byte[] content) {
    try {
      StrokesJson.parse(content);
      return true;
    } catch (RefusedImageException _) {
      return false;
    }
  }

  private static byte[] firstLine(byte[] content) {
    String text = new String(content, isUtf16(content) ? UTF_16 : UTF_8);
    return text.strip().lines().findFirst().orElse("").getBytes(UTF_8);
  }

  /// By its byte-order mark.
  private static boolean isUtf16(byte[] content) {
    return content.length > 1 && (content[0] & 0xff) + (content[1] & 0xff) == 0xfe + 0xff;
  }
}
