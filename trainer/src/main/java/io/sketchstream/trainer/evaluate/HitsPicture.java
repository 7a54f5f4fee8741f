package io.sketchstream.trainer.evaluate;

import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.PictureReader;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/// A picture of queries and their first hits: right ones framed green, wrong ones red.
public final class HitsPicture {
  private static final int CELL = 96;
  private static final int FRAME = 4;
  private static final int HITS = 10;
  private static final int ROWS_MAX = 24;
  private static final Color RIGHT = new Color(0x2ca02c);
  private static final Color WRONG = new Color(0xd62728);

  private HitsPicture() {}

  /// Writes a PNG with as many queries per class as fit.
  public static void write(
      EmbeddedPictures queries, EmbeddedPictures gallery, PictureReader reader, Path file)
      throws IOException {
    List<Integer> rows = chosen(queries.examples());
    int columns = Math.min(HITS, gallery.count());
    float[] similarities =
        RetrievalEvaluation.similarities(queries.only(rows), 0, rows.size(), gallery);
    BufferedImage picture =
        new BufferedImage(
            (columns + 1) * CELL + FRAME * 2, rows.size() * CELL, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int row = 0; row < rows.size(); row++) {
      Example query = queries.examples().get(rows.get(row));
      draw(graphics, query, Color.WHITE, 0, row * CELL, reader);
      int[] best =
          Ranking.best(
              Arrays.copyOfRange(similarities, row * gallery.count(), (row + 1) * gallery.count()),
              columns);
      for (int column = 0; column < best.length; column++) {
        Example hit = gallery.examples().get(best[column]);
        Color frame = hit.label().equals(query.label()) ? RIGHT : WRONG;
        draw(graphics, hit, frame, (column + 1) * CELL + FRAME * 2, row * CELL, reader);
      }
    }
    graphics.dispose();
    ImageIO.write(picture, "png", file.toFile());
  }

  /// Indices of queries, the same number per class, evenly spaced in their class.
  private static List<Integer> chosen(List<Example> queries) {
    Map<String, List<Integer>> byClass = new LinkedHashMap<>();
    for (int i = 0; i < queries.size(); i++) {
      byClass.computeIfAbsent(queries.get(i).label(), _ -> new ArrayList<>()).add(i);
    }
    int each = Math.max(1, Math.min(4, ROWS_MAX / Math.max(1, byClass.size())));
    List<Integer> chosen = new ArrayList<>();
    for (List<Integer> places : byClass.values()) {
      int count = Math.min(each, places.size());
      for (int i = 0; i < count && chosen.size() < ROWS_MAX; i++) {
        chosen.add(places.get(i * places.size() / count));
      }
    }
    return chosen;
  }

  private static void draw(
      Graphics2D graphics, Example example, Color frame, int x, int y, PictureReader reader) {
    PreparedImage prepared = reader.read(example, CELL - 2 * FRAME);
    int side = prepared.size();
    BufferedImage cell = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    byte[] rgb = prepared.rgb();
    for (int i = 0; i < side * side; i++) {
      int colour = (rgb[i * 3] & 255) << 16 | (rgb[i * 3 + 1] & 255) << 8 | (rgb[i * 3 + 2] & 255);
      cell.setRGB(i % side, i / side, colour);
    }
    graphics.setColor(frame);
    graphics.fillRect(x, y, CELL, CELL);
    graphics.drawImage(cell, x + FRAME, y + FRAME, null);
  }
}
