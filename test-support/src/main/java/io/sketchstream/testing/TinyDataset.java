package io.sketchstream.testing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/// Polygons as photos (filled, coloured) and as sketches (outlines), a class for each count of
/// corners.
public final class TinyDataset {
  private static final int SIZE = 64;
  private static final List<String> CLASSES =
      List.of("triangle", "square", "pentagon", "hexagon", "heptagon", "octagon");

  private TinyDataset() {}

  /// Writes `photos/<class>/*.jpg` and `sketches/<class>/*.png`.
  public static void write(Path folder, int classes, int picturesEach, long seed)
      throws IOException {
    Random random = new Random(seed);
    for (int c = 0; c < classes; c++) {
      Path photos = Files.createDirectories(folder.resolve("photos").resolve(CLASSES.get(c)));
      Path sketches = Files.createDirectories(folder.resolve("sketches").resolve(CLASSES.get(c)));
      for (int i = 0; i < picturesEach; i++) {
        ImageIO.write(
            draw(c + 3, true, random), "jpg", photos.resolve("photo-" + i + ".jpg").toFile());
        ImageIO.write(
            draw(c + 3, false, random), "png", sketches.resolve("sketch-" + i + ".png").toFile());
      }
    }
  }

  private static BufferedImage draw(int corners, boolean photo, Random random) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(photo ? colour(random) : Color.WHITE);
    graphics.fillRect(0, 0, SIZE, SIZE);
    graphics.setTransform(
        AffineTransform.getTranslateInstance(
            SIZE / 2.0 + random.nextInt(9) - 4, SIZE / 2.0 + random.nextInt(9) - 4));
    double radius = 18 + random.nextInt(8);
    double turn = random.nextDouble() * Math.PI;
    Path2D polygon = new Path2D.Double();
    for (int i = 0; i < corners; i++) {
      double angle = turn + 2 * Math.PI * i / corners;
      double x = radius * Math.cos(angle);
      double y = radius * Math.sin(angle);
      if (i == 0) {
        polygon.moveTo(x, y);
      } else {
        polygon.lineTo(x, y);
      }
    }
    polygon.closePath();
    graphics.setColor(photo ? colour(random) : Color.BLACK);
    graphics.setStroke(new BasicStroke(2));
    if (photo) {
      graphics.fill(polygon);
    } else {
      graphics.draw(polygon);
    }
    graphics.dispose();
    return image;
  }

  private static Color colour(Random random) {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }
}
