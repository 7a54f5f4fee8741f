package io.sketchstream.training.data;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.encoder.pixels.ImageDecoder;
import io.sketchstream.encoder.pixels.ImageLimits;
import io.sketchstream.encoder.pixels.ImageScaler;
import io.sketchstream.encoder.pixels.PreparedImage;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.encoder.pixels.SketchRenderer;
import io.sketchstream.events.Sketch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads pictures as serving prepares them: photos squashed to a square, sketches cropped to their
/// ink first.
public final class FilePictureReader implements PictureReader {
  /// How the name of a file ends that holds a [Sketch] in Protobuf.
  public static final String EVENT = ".sketch";

  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final SketchRenderer renderer = new SketchRenderer();

  @Override
  public PreparedImage read(Example example, int size) {
    try {
      byte[] bytes = Files.readAllBytes(example.file());
      return switch (example.domain()) {
        case PHOTO -> ImageScaler.square(decoder.decodeReduced(bytes, size, size), size);
        case SKETCH -> renderer.render(sketch(example.file(), bytes), size);
      };
    } catch (RefusedImageException | IOException e) {
      throw new DatasetException(example.file() + " can't be used: " + e.getMessage(), e);
    }
  }

  /// A file of [#EVENT] holds a sketch as it travels, strokes for instance; any other a picture.
  private static Sketch sketch(Path file, byte[] bytes) throws InvalidProtocolBufferException {
    return file.toString().endsWith(EVENT)
        ? Sketch.parseFrom(bytes)
        : Sketch.newBuilder().setRaster(ByteString.copyFrom(bytes)).build();
  }
}
