package io.sketchstream.images.sketch;

import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/// Draws pen strokes into the square with a round pen, as wide as in the sketches of the training
/// set and scaled with the drawing as theirs is. Points that are too close to be visible are
/// skipped and the total length is bounded, so that rendering takes milliseconds.
final class StrokeRenderer {
  static final int STROKES_MAX = 10_000;
  static final int POINTS_MAX = 200_000;
  private static final double COORDINATE_MAX = 1e9;

  /// Longest total length of the strokes, in sides of the drawing; the square is black long before
  /// that.
  private static final double LENGTH_MAX = 1_000;

  /// Steps shorter than this share of a pixel are skipped.
  private static final double STEP_MIN = 0.25;

  private final SketchFit fit;

  StrokeRenderer(SketchFit fit) {
    this.fit = fit;
  }

  /// @param penShare width of the pen as a share of the drawing's longer side
  PreparedImage render(Strokes strokes, int size, double penShare) throws RefusedImageException {
    InkBox points = extent(strokes);
    double side = Math.max(points.width(), points.height());
    double pen = side > 0 ? side * penShare : 1;
    InkBox crop = points.widened(pen / 2).crop(fit);
    double longSide = Math.max(crop.width(), crop.height());
    Path2D path = path(strokes, STEP_MIN * longSide / size, LENGTH_MAX * longSide);
    return new PreparedImage(draw(path, crop, pen, size), size, fit.mirrored);
  }

  private static byte[] draw(Path2D path, InkBox crop, double pen, int size) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      // White on black: Java's gray is linear light, but coverage is not affected.
      graphics.setColor(Color.WHITE);
      graphics.scale(size / crop.width(), size / crop.height());
      graphics.translate(-crop.left(), -crop.top());
      graphics.setStroke(
          new BasicStroke((float) pen, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      graphics.draw(path);
    } finally {
      graphics.dispose();
    }
    byte[] gray = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] rgb = new byte[size * size * 3];
    for (int i = 0; i < gray.length; i++) {
      byte ink = (byte) ~gray[i];
      rgb[3 * i] = ink;
      rgb[3 * i + 1] = ink;
      rgb[3 * i + 2] = ink;
    }
    return rgb;
  }

  /// Checks the strokes and finds the box around their points.
  private static InkBox extent(Strokes strokes) throws RefusedImageException {
    if (strokes.getStrokesCount() > STROKES_MAX) {
      throw new RefusedImageException("the sketch has more than " + STROKES_MAX + " strokes");
    }
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    int points = 0;
    for (int i = 0; i < strokes.getStrokesCount(); i++) {
      Stroke stroke = strokes.getStrokes(i);
      points += stroke.getXCount();
      checkCounts(stroke, i, points);
      for (int j = 0; j < stroke.getXCount(); j++) {
        double x = checked(stroke.getX(j), i, j);
        double y = checked(stroke.getY(j), i, j);
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    if (points == 0) {
      throw new RefusedImageException("nothing is drawn: the sketch has no points");
    }
    return new InkBox(left, top, right, bottom);
  }

  private static void checkCounts(Stroke stroke, int index, int points)
      throws RefusedImageException {
    if (stroke.getXCount() != stroke.getYCount()) {
      throw new RefusedImageException(
          String.format(
              "stroke %d has %d x but %d y coordinates",
              index, stroke.getXCount(), stroke.getYCount()));
    }
    if (points > POINTS_MAX) {
      throw new RefusedImageException("the sketch has more than " + POINTS_MAX + " points");
    }
  }

  private static double checked(float coordinate, int stroke, int point)
      throws RefusedImageException {
    if (!(Math.abs(coordinate) <= COORDINATE_MAX)) {
      throw new RefusedImageException(
          String.format(
              "stroke %d, point %d: %s is not a valid coordinate", stroke, point, coordinate));
    }
    return coordinate;
  }

  private static Path2D path(Strokes strokes, double stepMin, double lengthMax)
      throws RefusedImageException {
    Path2D path = new Path2D.Double();
    double length = 0;
    for (Stroke stroke : strokes.getStrokesList()) {
      for (int j = 0; j < stroke.getXCount(); j++) {
        double x = stroke.getX(j);
        double y = stroke.getY(j);
        if (j == 0) {
          path.moveTo(x, y);
          path.lineTo(x, y); // A lone point is a dot.
          continue;
        }
        double step = path.getCurrentPoint().distance(x, y);
        if (step >= stepMin || j == stroke.getXCount() - 1) {
          path.lineTo(x, y);
          length += step;
        }
      }
    }
    if (length > lengthMax) {
      throw new RefusedImageException("the strokes of the sketch are too long to be a drawing");
    }
    return path;
  }
}
