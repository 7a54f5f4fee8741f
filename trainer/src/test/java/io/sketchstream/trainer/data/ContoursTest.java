package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.images.sketch.SketchRenderer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContoursTest {
  private static final double THIN = 1.0 / 256;
  private static final int SIDE = ContourDrawing.LONG_SIDE;
  private static final int RADIUS = 60;

  @TempDir private Path folder;

  /// An orange disc on blue ground, in the middle.
  private static BufferedImage disc() {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(20, 40, 120));
    graphics.fillRect(0, 0, SIDE, SIDE);
    graphics.setColor(new Color(240, 150, 30));
    graphics.fillOval(SIDE / 2 - RADIUS, SIDE / 2 - RADIUS, 2 * RADIUS, 2 * RADIUS);
    graphics.dispose();
    return image;
  }

  private static boolean isInk(BufferedImage drawing, int x, int y) {
    return (drawing.getRGB(x, y) & 0xff) == 0;
  }

  private static int ink(BufferedImage drawing) {
    int ink = 0;
    for (int y = 0; y < drawing.getHeight(); y++) {
      for (int x = 0; x < drawing.getWidth(); x++) {
        ink += isInk(drawing, x, y) ? 1 : 0;
      }
    }
    return ink;
  }

  @Test
  void drawsTheContourOfADiscAsACircle() {
    for (int seed = 0; seed < 20; seed++) {
      BufferedImage drawing = ContourDrawing.of(disc(), THIN, new SplittableRandom(seed));
      boolean[] degrees = new boolean[360];
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          if (isInk(drawing, x, y)) {
            double right = x + .5 - SIDE / 2.0;
            double down = y + .5 - SIDE / 2.0;
            assertEquals(RADIUS, Math.hypot(right, down), 3, "seed " + seed);
            degrees[(int) Math.toDegrees(Math.atan2(down, right) + Math.PI) % 360] = true;
          }
        }
      }
      int covered = 0;
      for (boolean degree : degrees) {
        covered += degree ? 1 : 0;
      }
      assertTrue(covered > 300, "seed " + seed + " covers " + covered + " of 360 degrees");
    }
  }

  @Test
  void drawsLinesAsWideAsThePen() {
    int thin = ink(ContourDrawing.of(disc(), THIN, new SplittableRandom(1)));
    int wide = ink(ContourDrawing.of(disc(), 6.0 / 256, new SplittableRandom(1)));
    double circumference = 2 * Math.PI * RADIUS;
    assertTrue(thin < 1.5 * circumference, thin + " pixels");
    assertTrue(wide > 2.5 * circumference && wide < 8 * circumference, wide + " pixels");
  }

  @Test
  void drawsTheFrameOfAPhotoWithoutContours() {
    BufferedImage plain = new BufferedImage(90, 60, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage drawing = ContourDrawing.of(plain, THIN, new SplittableRandom(1));
    assertTrue(isInk(drawing, 0, 0));
    assertFalse(isInk(drawing, drawing.getWidth() / 2, drawing.getHeight() / 2));
  }

  @Test
  void drawsDifferentContoursWithEachPen() throws IOException {
    Path file = folder.resolve("disc.png");
    ImageIO.write(disc(), "png", file.toFile());
    Example contours = Contours.of(List.of(new Example(file, "a", Domain.PHOTO))).getFirst();
    assertEquals(Domain.SKETCH, contours.domain());
    PictureReader reader = new FilePictureReader(PhotoFit.CENTRE, SketchFit.SQUARE);
    byte[] first = reader.read(contours, 64, .01).rgb();
    assertArrayEquals(first, reader.read(contours, 64, .01).rgb());
    assertFalse(Arrays.equals(first, reader.read(contours, 64, .011).rgb()));
    assertArrayEquals(
        reader.read(contours, 64).rgb(), reader.read(contours, 64, SketchRenderer.PEN).rgb());
  }

  @Test
  void excludesTheSourcePhotosOfContoursFromTheGallery() {
    List<Example> photos =
        Stream.of("1", "2", "3", "4", "5")
            .map(name -> new Example(Path.of(name), "a", Domain.PHOTO))
            .toList();
    LabelledPictures parts = LabelledPictures.of(Contours.apart(photos));
    Set<Path> queries = parts.sketches().stream().map(Example::file).collect(Collectors.toSet());
    assertEquals(3, queries.size());
    assertEquals(2, parts.photos().size());
    assertTrue(parts.photos().stream().noneMatch(photo -> queries.contains(photo.file())));
  }

  @Test
  void findsContoursInPhotosOfEverydayThings() throws IOException {
    Path photos = Path.of(System.getProperty("project.root"), "../shared/data/photos");
    Assumptions.assumeTrue(Files.isDirectory(photos), () -> "skipped: there is no " + photos);
    List<Path> files;
    try (Stream<Path> all = Files.walk(photos)) {
      files = all.filter(file -> file.toString().endsWith(".jpg")).sorted().limit(40).toList();
    }
    for (Path file : files) {
      BufferedImage drawing =
          ContourDrawing.of(ImageIO.read(file.toFile()), THIN, new SplittableRandom(3));
      double share = (double) ink(drawing) / drawing.getWidth() / drawing.getHeight();
      assertTrue(share > .005 && share < .35, file + " has " + share + " ink");
    }
  }
}
