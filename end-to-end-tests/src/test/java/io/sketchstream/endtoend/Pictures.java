package io.sketchstream.endtoend;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/// Line drawings, one for each seed, used as image and as sketch: a search with the picture of a
/// seed must find the image of that seed first, with any model.
final class Pictures {
  private static final int SIZE = 256;
  private static final double MARGIN = 0.08 * SIZE;
  private static final int STROKES = 4;
  private static final int POINTS = 5;

  private Pictures() {}

  /// The same bytes for the same seed.
  static byte[] png(long seed) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, SIZE, SIZE);
    graphics.setColor(Color.BLACK);
    graphics.setStroke(new BasicStroke(6, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(figure(new Random(seed)));
    graphics.dispose();
    return encode(image);
  }

  /// Noise, which does not compress; the same bytes for the same seed.
  static byte[] noise(long seed) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return encode(image);
  }

  /// Curves through random points, spread so that they fill the square but for its margin.
  private static Path2D figure(Random random) {
    Path2D path = new Path2D.Double();
    for (int stroke = 0; stroke < STROKES; stroke++) {
      path.moveTo(random.nextDouble(), random.nextDouble());
      for (int point = 0; point < POINTS; point++) {
        path.quadTo(
            random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble());
      }
    }
    Rectangle2D bounds = path.getBounds2D();
    AffineTransform spread = AffineTransform.getTranslateInstance(MARGIN, MARGIN);
    spread.scale((SIZE - 2 * MARGIN) / bounds.getWidth(), (SIZE - 2 * MARGIN) / bounds.getHeight());
    spread.translate(-bounds.getX(), -bounds.getY());
    path.transform(spread);
    return path;
  }

  private static byte[] encode(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
