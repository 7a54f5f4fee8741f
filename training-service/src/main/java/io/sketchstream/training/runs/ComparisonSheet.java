package io.sketchstream.training.runs;

import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.evaluate.RetrievalEvaluation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/// A contact sheet: one sketch a row, with the hits of the active model and of the candidate. Right
/// hits are framed green, wrong ones red. Each class shows the sketches that gained and lost most.
final class ComparisonSheet {
  private static final int CELL = 84;
  private static final int FRAME = 3;
  private static final int GAP = 28;
  private static final int HEAD = 22;
  private static final int HITS = 6;
  private static final int ROWS_MAX = 24;
  private static final Color RIGHT = new Color(0x2ca02c);
  private static final Color WRONG = new Color(0xd62728);

  private final Comparison comparison;
  private final PictureReader reader;

  ComparisonSheet(Comparison comparison, PictureReader reader) {
    this.comparison = comparison;
    this.reader = reader;
  }

  void write(Path file) throws IOException {
    List<Integer> rows = chosen();
    int columns = Math.min(HITS, comparison.before().gallery().count());
    int side = columns * CELL;
    int width = CELL + 2 * (GAP + side);
    BufferedImage picture =
        new BufferedImage(width, HEAD + rows.size() * CELL, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    graphics.setColor(Color.BLACK);
    graphics.drawString("sketch", FRAME, HEAD - 7);
    graphics.drawString("active " + comparison.before().generation(), CELL + GAP, HEAD - 7);
    graphics.drawString(
        "candidate " + comparison.after().generation(), CELL + 2 * GAP + side, HEAD - 7);
    for (int row = 0; row < rows.size(); row++) {
      int query = rows.get(row);
      int y = HEAD + row * CELL;
      draw(graphics, comparison.queries().get(query), Color.WHITE, 0, y);
      hits(graphics, comparison.before(), query, CELL + GAP, y, columns);
      hits(graphics, comparison.after(), query, CELL + 2 * GAP + side, y, columns);
      graphics.setColor(comparison.gainOf(query) < 0 ? WRONG : RIGHT);
      String gain = String.format(Locale.ROOT, "%+.2f", comparison.gainOf(query));
      graphics.drawString(gain, CELL - 2, y + CELL / 2);
    }
    graphics.dispose();
    ImageIO.write(picture, "png", file.toFile());
  }

  /// The queries of each class with the largest gain and loss.
  private List<Integer> chosen() {
    Map<String, List<Integer>> byClass = new TreeMap<>();
    IntStream.range(0, comparison.queries().size())
        .boxed()
        .sorted(Comparator.comparingDouble(comparison::gainOf).reversed())
        .forEach(i ->
            byClass
                .computeIfAbsent(comparison.queries().get(i).label(), _ -> new ArrayList<>())
                .add(i));
    List<Integer> rows = new ArrayList<>();
    for (List<Integer> queries : byClass.values()) {
      rows.add(queries.getFirst());
      if (queries.size() > 1) {
        rows.add(queries.getLast());
      }
    }
    return rows.subList(0, Math.min(ROWS_MAX, rows.size()));
  }

  private void hits(
      Graphics2D graphics, Comparison.Side side, int query, int x, int y, int columns) {
    float[] similarities =
        RetrievalEvaluation.similarities(side.queries(), query, 1, side.gallery());
    List<Integer> best =
        IntStream.range(0, side.gallery().count())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -similarities[i]))
            .limit(columns)
            .toList();
    String label = side.queries().examples().get(query).label();
    for (int column = 0; column < best.size(); column++) {
      Example hit = side.gallery().examples().get(best.get(column));
      draw(graphics, hit, hit.label().equals(label) ? RIGHT : WRONG, x + column * CELL, y);
    }
  }

  private void draw(Graphics2D graphics, Example example, Color frame, int x, int y) {
    PreparedImage prepared = reader.read(example, CELL - 2 * FRAME);
    int side = prepared.size();
    byte[] rgb = prepared.rgb();
    BufferedImage cell = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      int colour = (rgb[i * 3] & 255) << 16 | (rgb[i * 3 + 1] & 255) << 8 | (rgb[i * 3 + 2] & 255);
      cell.setRGB(i % side, i / side, colour);
    }
    graphics.setColor(frame);
    graphics.fillRect(x, y, CELL, CELL);
    graphics.drawImage(cell, x + FRAME, y + FRAME, null);
  }
}
