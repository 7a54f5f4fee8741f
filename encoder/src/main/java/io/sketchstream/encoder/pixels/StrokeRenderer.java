package io.sketchstream.encoder.pixels;

import io.sketchstream.events.Stroke;
import io.sketchstream.events.Strokes;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/// Draws pen strokes straight into the square: with a round pen as wide as in the sketches that the
/// networks are trained on, squashed together with what it draws, as theirs is.
final class StrokeRenderer {
  private static final int STROKES_MAX = 10_000;
  private static final int POINTS_MAX = 200_000;
  private static final double COORDINATE_MAX = 1e9;

  /// Width of the pen as a share of the drawing's longer side; the median of Sketchy's drawings.
  private static final double PEN = 1.0 / 60;

  PreparedImage render(Strokes strokes, int size) throws RefusedImageException {
    Path2D path = path(strokes);
    var points = path.getBounds2D();
    double extent = Math.max(points.getWidth(), points.getHeight());
    double pen = extent > 0 ? extent * PEN : 1;
    InkBox crop =
        new InkBox(
                points.getMinX() - pen / 2,
                points.getMinY() - pen / 2,
                points.getMaxX() + pen / 2,
                points.getMaxY() + pen / 2)
            .crop();
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
    byte[] gray = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      // White on black here: Java's gray is linear light, but 0 and coverage are what they seem.
      graphics.setColor(Color.WHITE);
      graphics.scale(size / crop.width(), size / crop.height());
      graphics.translate(-crop.left(), -crop.top());
      graphics.setStroke(
          new BasicStroke((float) pen, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      graphics.draw(path);
    } finally {
      graphics.dispose();
    }
    byte[] rgb = new byte[size * size * 3];
    for (int i = 0; i < gray.length; i++) {
      byte ink = (byte) ~gray[i];
      rgb[3 * i] = ink;
      rgb[3 * i + 1] = ink;
      rgb[3 * i + 2] = ink;
    }
    return new PreparedImage(rgb, size);
  }

  private static Path2D path(Strokes strokes) throws RefusedImageException {
    if (strokes.getStrokesCount() > STROKES_MAX) {
      throw new RefusedImageException("the sketch has more than " + STROKES_MAX + " strokes");
    }
    Path2D path = new Path2D.Double();
    int points = 0;
    for (int i = 0; i < strokes.getStrokesCount(); i++) {
      Stroke stroke = strokes.getStrokes(i);
      if (stroke.getXCount() != stroke.getYCount()) {
        throw new RefusedImageException(
            String.format(
                "stroke %d has %d x but %d y coordinates",
                i, stroke.getXCount(), stroke.getYCount()));
      }
      points += stroke.getXCount();
      if (points > POINTS_MAX) {
        throw new RefusedImageException("the sketch has more than " + POINTS_MAX + " points");
      }
      for (int j = 0; j < stroke.getXCount(); j++) {
        double x = checked(stroke.getX(j), i, j);
        double y = checked(stroke.getY(j), i, j);
        if (j == 0) {
          path.moveTo(x, y);
          path.lineTo(x, y); // A lone point is a dot.
        } else {
          path.lineTo(x, y);
        }
      }
    }
    if (points == 0) {
      throw new RefusedImageException("nothing is drawn: the sketch has no points");
    }
    return path;
  }

  private static double checked(float coordinate, int stroke, int point)
      throws RefusedImageException {
    if (!(Math.abs(coordinate) <= COORDINATE_MAX)) {
      throw new RefusedImageException(
          String.format(
              "stroke %d, point %d: %s is no usable coordinate", stroke, point, coordinate));
    }
    return coordinate;
  }
}
