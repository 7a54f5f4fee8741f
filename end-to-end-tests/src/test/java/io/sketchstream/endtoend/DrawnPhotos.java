package io.sketchstream.endtoend;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/// Small generated pictures of plain shapes, to fill a gallery.
final class DrawnPhotos {
  private static final int SIZE = 240;

  private DrawnPhotos() {}

  /// A gallery by title.
  static Map<String, byte[]> gallery() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("ball", new Ellipse2D.Double(40, 40, 160, 160));
    shapes.put("box", new Rectangle2D.Double(45, 45, 150, 150));
    shapes.put("tent", polygon(120, 40, 210, 200, 30, 200));
    shapes.put("kite", polygon(120, 20, 190, 110, 120, 220, 50, 110));
    shapes.put("plank", new Rectangle2D.Double(20, 95, 200, 50));
    shapes.put("egg", new Ellipse2D.Double(70, 30, 100, 180));
    Map<String, byte[]> photos = new LinkedHashMap<>();
    int number = 0;
    for (var shape : shapes.entrySet()) {
      photos.put(
          shape.getKey(), png(shape.getValue(), Color.getHSBColor(number++ / 6f, 0.6f, 0.7f)));
    }
    return photos;
  }

  /// One that is not in [#gallery].
  static byte[] star(Color color) {
    Polygon star = new Polygon();
    for (int corner = 0; corner < 10; corner++) {
      double radius = corner % 2 == 0 ? 105 : 42;
      double angle = Math.PI * (corner / 5.0 - 0.5);
      star.addPoint(
          (int) Math.round(SIZE / 2.0 + radius * Math.cos(angle)),
          (int) Math.round(SIZE / 2.0 + radius * Math.sin(angle)));
    }
    return png(star, color);
  }

  private static Polygon polygon(int... coordinates) {
    Polygon polygon = new Polygon();
    for (int index = 0; index < coordinates.length; index += 2) {
      polygon.addPoint(coordinates[index], coordinates[index + 1]);
    }
    return polygon;
  }

  private static byte[] png(Shape shape, Color color) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setColor(new Color(0xf2f0ea));
      graphics.fillRect(0, 0, SIZE, SIZE);
      graphics.setColor(color);
      graphics.fill(shape);
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
