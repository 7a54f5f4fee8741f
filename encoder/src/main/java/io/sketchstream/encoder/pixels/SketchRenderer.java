package io.sketchstream.encoder.pixels;

import io.sketchstream.events.Sketch;
import java.awt.image.BufferedImage;

/// Makes a sketch ready for the network, the same way for training and for serving: black on white,
/// cropped to its ink with a margin, squashed to the square as photos are.
///
/// A drawing is expected dark on light, and transparency is white paper. Light on dark is taken as
/// it is: nothing is inverted, and the whole picture counts as ink.
///
/// **Threads:** any number.
public final class SketchRenderer {
  private final ImageDecoder decoder;
  private final SvgRenderer svg;
  private final StrokeRenderer strokes = new StrokeRenderer();

  /// With [ImageLimits#DEFAULT].
  public SketchRenderer() {
    this(ImageLimits.DEFAULT);
  }

  /// @param limits of one raster or SVG
  public SketchRenderer(ImageLimits limits) {
    decoder = new ImageDecoder(limits);
    svg = new SvgRenderer(decoder.pool());
  }

  /// Renders a sketch.
  ///
  /// @param size side of the square in pixels
  /// @throws RefusedImageException when it can't be read, is too large, or nothing is drawn
  public PreparedImage render(Sketch sketch, int size) throws RefusedImageException {
    return switch (sketch.getFormCase()) {
      case RASTER -> GrayImage.of(picture(sketch.getRaster().toByteArray())).cropToInk(size);
      case STROKES -> strokes.render(sketch.getStrokes(), size);
      case FORM_NOT_SET -> throw new RefusedImageException("the sketch is empty: nothing is drawn");
    };
  }

  private BufferedImage picture(byte[] bytes) throws RefusedImageException {
    decoder.checkSize(bytes);
    boolean vector = bytes.length > 0 && ImageFormat.of(bytes) == ImageFormat.SVG;
    return vector ? svg.render(bytes) : decoder.decode(bytes);
  }
}
