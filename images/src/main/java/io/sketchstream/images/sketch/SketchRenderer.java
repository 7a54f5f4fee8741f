package io.sketchstream.images.sketch;

import io.sketchstream.events.Sketch;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.Patience;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.file.ImageFormat;
import io.sketchstream.images.process.DecoderJob;
import io.sketchstream.images.process.DecoderPool;
import java.awt.image.BufferedImage;
import java.time.Duration;

/// Prepares a sketch for the network, in the same way for training and for serving: black on white,
/// fitted into the square as the model says ([SketchFit]).
///
/// Ink is what differs from the paper, whether it is darker or lighter. Strokes and plain rasters
/// are rendered in this process, SVG and other rasters in a decoder process.
///
/// **Threads:** any number.
public final class SketchRenderer {
  /// Width of the pen as a share of the drawing's longer side; the median of Sketchy's drawings.
  public static final double PEN = 1.0 / 60;

  /// Longest time for an SVG while a person waits; a drawing takes milliseconds.
  private static final Duration URGENT_VECTOR_MAX = Duration.ofSeconds(3);

  private final ImageLimits limits;
  private final SketchFit fit;
  private final ImageDecoder decoder;
  private final StrokeRenderer strokes;

  /// With [ImageLimits#DEFAULT] and [SketchFit#SQUARE].
  public SketchRenderer() {
    this(ImageLimits.DEFAULT, SketchFit.SQUARE);
  }

  /// @param limits of one raster or SVG
  /// @param fit of the model that the sketches are for
  public SketchRenderer(ImageLimits limits, SketchFit fit) {
    this.limits = limits;
    this.fit = fit;
    decoder = new ImageDecoder(limits);
    strokes = new StrokeRenderer(fit);
  }

  /// Renders a sketch.
  ///
  /// @param size side of the square in pixels
  /// @throws RefusedImageException when it can't be read, is too large, or nothing is drawn
  public PreparedImage render(Sketch sketch, int size) throws RefusedImageException {
    return render(sketch, size, Patience.UNHURRIED);
  }

  /// As above, for a caller that does not wait indefinitely.
  ///
  /// @throws io.sketchstream.images.process.DecoderUnavailableException when the time was too short
  public PreparedImage render(Sketch sketch, int size, Patience patience)
      throws RefusedImageException {
    return switch (sketch.getFormCase()) {
      case RASTER -> render(picture(sketch.getRaster().toByteArray(), patience), size);
      case STROKES -> render(sketch.getStrokes(), size, PEN);
      case FORM_NOT_SET -> throw new RefusedImageException("the sketch is empty: nothing is drawn");
    };
  }

  /// Renders strokes with a pen of another width than [#PEN], for training.
  ///
  /// @param pen width as a share of the drawing's longer side
  /// @throws RefusedImageException when there are too many strokes, or nothing is drawn
  public PreparedImage render(Strokes drawing, int size, double pen) throws RefusedImageException {
    return strokes.render(drawing, size, pen);
  }

  /// Prepares a decoded drawing.
  ///
  /// @param drawing opaque sRGB
  /// @throws RefusedImageException when nothing is drawn
  public PreparedImage render(BufferedImage drawing, int size) throws RefusedImageException {
    return GrayImage.cropToInk(drawing, fit, size);
  }

  private BufferedImage picture(byte[] bytes, Patience patience) throws RefusedImageException {
    decoder.checkSize(bytes);
    boolean vector = bytes.length > 0 && ImageFormat.of(bytes) == ImageFormat.SVG;
    return vector ? vector(bytes, patience) : decoder.decodeDrawing(bytes, patience);
  }

  private BufferedImage vector(byte[] svg, Patience patience) throws RefusedImageException {
    if (svg.length > SvgText.BYTES_MAX) {
      throw new RefusedImageException(
          "the SVG has more than " + (SvgText.BYTES_MAX >> 20) + " MiB");
    }
    Duration most = patience.urgent() ? URGENT_VECTOR_MAX : limits.decodeMax();
    Duration decodeMax = most.compareTo(limits.decodeMax()) < 0 ? most : limits.decodeMax();
    return DecoderPool.shared()
        .run(
            new DecoderJob(
                SvgTask.class, svg, new int[0], patience, decodeMax, limits.decodeMax()));
  }
}
