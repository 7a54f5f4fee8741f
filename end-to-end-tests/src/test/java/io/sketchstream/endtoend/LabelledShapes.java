package io.sketchstream.endtoend;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/// Stars whose number of points is their class, filled as photos and outlined as sketches.
final class LabelledShapes {
  private static final int SIZE = 160;

  private LabelledShapes() {}

  /// A photo and a sketch of one class.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pair(byte[] photo, byte[] sketch) {}

  static Map<String, List<Pair>> classes(int count, int each) {
    Random random = new Random(7);
    Map<String, List<Pair>> classes = new TreeMap<>();
    for (int c = 0; c < count; c++) {
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        pairs.add(new Pair(draw(c + 3, true, random), draw(c + 3, false, random)));
      }
      classes.put("star-" + (c + 3), pairs);
    }
    return classes;
  }

  private static byte[] draw(int points, boolean photo, Random random) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(photo ? Color.getHSBColor(random.nextFloat(), .2f, .9f) : Color.WHITE);
    graphics.fillRect(0, 0, SIZE, SIZE);
    graphics.setTransform(
        AffineTransform.getTranslateInstance(
            SIZE / 2.0 + random.nextInt(9) - 4, SIZE / 2.0 + random.nextInt(9) - 4));
    graphics.rotate(random.nextDouble() - .5);
    Path2D star = new Path2D.Double();
    double outer = 55 + random.nextInt(15);
    for (int corner = 0; corner < 2 * points; corner++) {
      double radius = corner % 2 == 0 ? outer : outer * .45;
      double angle = Math.PI * corner / points;
      double x = radius * Math.cos(angle);
      double y = radius * Math.sin(angle);
      if (corner == 0) {
        star.moveTo(x, y);
      } else {
        star.lineTo(x, y);
      }
    }
    star.closePath();
    graphics.setColor(photo ? Color.getHSBColor(random.nextFloat(), .7f, .6f) : Color.BLACK);
    graphics.setStroke(new BasicStroke(3));
    if (photo) {
      graphics.fill(star);
    } else {
      graphics.draw(star);
    }
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
