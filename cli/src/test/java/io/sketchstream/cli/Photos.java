package io.sketchstream.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Small pictures in files.
final class Photos {
  private Photos() {}

  /// Writes a picture of one colour.
  ///
  /// @param name of the file in the folder, with its extension
  /// @param seed of the colour
  static Path write(Path folder, String name, int seed) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(Integer.hashCode(seed * 7919) & 0xffffff));
    graphics.fillRect(0, 0, 60, 40);
    graphics.dispose();
    ImageIO.write(image, name.endsWith("jpg") ? "jpg" : "png", file.toFile());
    return file;
  }
}
