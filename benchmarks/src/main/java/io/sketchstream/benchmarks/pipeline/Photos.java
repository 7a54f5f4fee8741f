package io.sketchstream.benchmarks.pipeline;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/// Photos for the measurements: from a folder, or generated from a seed (shapes over noise, the
/// size of a web thumbnail), all different.
public final class Photos {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;

  private Photos() {}

  /// The first `count` JPEGs of a folder, repeated where it has fewer; generated ones if the folder
  /// is an empty string.
  ///
  /// @throws IOException when the folder can't be read or has none
  public static List<byte[]> load(String folder, int count) throws IOException {
    if (folder.isEmpty()) {
      Random random = new Random(20221);
      List<byte[]> made = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        made.add(draw(random));
      }
      return made;
    }
    List<Path> files;
    try (Stream<Path> tree = Files.walk(Path.of(folder))) {
      files = tree.filter(f -> f.toString().endsWith(".jpg")).sorted().limit(count).toList();
    }
    if (files.isEmpty()) {
      throw new IOException(folder + " has no .jpg files");
    }
    List<byte[]> read = new ArrayList<>(count);
    for (Path file : files) {
      read.add(Files.readAllBytes(file));
    }
    while (read.size() < count) {
      read.add(read.get(read.size() - files.size()));
    }
    return read;
  }

  private static byte[] draw(Random random) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int level = 96 + (x * 64 / WIDTH) + random.nextInt(24);
        image.setRGB(x, y, level << 16 | level << 8 | level);
      }
    }
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    for (int i = 0; i < 24; i++) {
      canvas.setColor(new Color(random.nextInt(0x1000000)));
      canvas.fillOval(
          random.nextInt(WIDTH), random.nextInt(HEIGHT), random.nextInt(90), random.nextInt(90));
    }
    canvas.dispose();
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", jpeg);
    return jpeg.toByteArray();
  }
}
