package io.sketchstream.trainer.data;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.images.sketch.StrokesJson;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Reads pictures as serving prepares them: scaled to a square with the fits of the model.
public final class FilePictureReader implements PictureReader {
  /// The file name suffix of a [Sketch] in Protobuf.
  public static final String EVENT = ".sketch";

  /// Patient: a run of hours must not end because the machine was busy for a moment.
  private static final ImageLimits LIMITS =
      new ImageLimits(
          ImageLimits.DEFAULT.bytesMax(), ImageLimits.DEFAULT.pixelsMax(), Duration.ofMinutes(2));

  private final ImageDecoder decoder = new ImageDecoder(LIMITS);
  private final SketchRenderer renderer;
  private final PhotoFit photoFit;

  /// @param photos which part of a photo the model uses
  /// @param sketches the fit of the model that the pictures are for
  public FilePictureReader(PhotoFit photos, SketchFit sketches) {
    photoFit = photos;
    renderer = new SketchRenderer(LIMITS, sketches);
  }

  @Override
  public PreparedImage read(Example example, int size) {
    return read(example, size, SketchRenderer.PEN);
  }

  @Override
  public PreparedImage read(Example example, int size, double pen) {
    try {
      return switch (example.kind()) {
        case PHOTO, THUMBNAIL -> photo(Files.readAllBytes(example.file()), size);
        case SKETCH ->
            renderer.render(sketch(example.file(), Files.readAllBytes(example.file())), size);
        case STROKES -> renderer.render(strokes(example), size, pen);
        case CONTOURS -> contours(Files.readAllBytes(example.file()), size, pen);
      };
    } catch (RefusedImageException | IOException e) {
      throw new DatasetException(example.file() + " can't be used: " + e.getMessage(), e);
    }
  }

  private PreparedImage photo(byte[] bytes, int size) throws RefusedImageException {
    int side = (int) Math.ceil(size / photoFit.share());
    return ImageScaler.square(decoder.decodeReduced(bytes, side, side), photoFit, size);
  }

  /// Contours are random; each pen width has its own.
  private PreparedImage contours(byte[] bytes, int size, double pen) throws RefusedImageException {
    var random = new SplittableRandom(BatchLoader.mixed(Double.doubleToLongBits(pen)));
    int side = ContourDrawing.LONG_SIDE;
    BufferedImage photo = decoder.decodeReduced(bytes, side, 4 * side);
    return renderer.render(ContourDrawing.of(photo, pen, random), size);
  }

  /// A file ending in [#EVENT] contains a sketch event, such as strokes; any other is a picture.
  private static Sketch sketch(Path file, byte[] bytes) throws InvalidProtocolBufferException {
    return file.toString().endsWith(EVENT)
        ? Sketch.parseFrom(bytes)
        : Sketch.newBuilder().setRaster(ByteString.copyFrom(bytes)).build();
  }

  private static Strokes strokes(Example example) throws IOException, RefusedImageException {
    if (!LabelledPictures.isJsonLines(example.file())) {
      return StrokesJson.parse(Files.readAllBytes(example.file()));
    }
    try (Stream<String> lines = Files.lines(example.file())) {
      String line =
          lines
              .skip(example.line())
              .findFirst()
              .orElseThrow(() -> new IOException("there is no line " + (example.line() + 1)));
      return StrokesJson.parse(line.getBytes(StandardCharsets.UTF_8));
    }
  }
}
