package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.Server.Answer;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.ImageScaler;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.ImageDecoder;
import io.sketchstream.images.sketch.SketchRenderer;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/// Draws searches into one image: the preprocessed sketch on the left, then the hits, best first,
/// with score and title.
final class ContactSheet {
  private static final int TILE = 168;
  private static final int GAP = 12;
  private static final int LETTERS = 34;
  private static final int COLUMNS_MAX = 8;
  private static final int ROWS_MAX = 200;
  private static final Color PAPER = new Color(0xf4f4f2);
  private static final Color INK = new Color(0x222222);
  private static final Color FAINT = new Color(0x777777);
  private static final Color ACCENT = new Color(0x2b6cb0);

  private final Server server;
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
  private final SketchRenderer renderer = new SketchRenderer();
  private final List<Row> rows = new ArrayList<>();

  /// @param server where the images of the hits are
  ContactSheet(Server server) {
    this.server = server;
  }

  /// One row of the sheet; the first row of a search has its sketch.
  private record Row(String name, Optional<SketchFile> sketch, List<JsonNode> hits) {}

  /// Adds a search and what it found.
  void add(String name, SketchFile sketch, List<JsonNode> hits) {
    rows.add(
        new Row(name, Optional.of(sketch), hits.subList(0, Math.min(COLUMNS_MAX, hits.size()))));
    for (int i = COLUMNS_MAX; i < hits.size() && rows.size() < ROWS_MAX; i += COLUMNS_MAX) {
      rows.add(
          new Row("", Optional.empty(), hits.subList(i, Math.min(i + COLUMNS_MAX, hits.size()))));
    }
  }

  /// Draws the sheet into a PNG file.
  ///
  /// @throws CommandFailure when the file can't be written
  void write(Path file) {
    int columns = 1 + rows.stream().mapToInt(row -> row.hits().size()).max().orElse(0);
    BufferedImage sheet =
        new BufferedImage(
            GAP + columns * (TILE + GAP),
            GAP + rows.size() * (TILE + LETTERS + GAP),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(PAPER);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      boolean letters = hasLetters(graphics);
      for (int i = 0; i < rows.size(); i++) {
        draw(rows.get(i), GAP + i * (TILE + LETTERS + GAP), letters, graphics);
      }
    } finally {
      graphics.dispose();
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      ImageIO.write(sheet, "png", file.toFile());
    } catch (IOException e) {
      throw new CommandFailure(file + ": can't be written: " + Reasons.of(e));
    }
  }

  private void draw(Row row, int y, boolean letters, Graphics2D graphics) {
    row.sketch()
        .ifPresent(sketch -> {
          sketch(sketch).ifPresent(image -> graphics.drawImage(image, GAP, y, null));
          graphics.setColor(ACCENT);
          graphics.drawRect(GAP, y, TILE - 1, TILE - 1);
          if (letters) {
            letters(graphics, row.name(), "", GAP, y + TILE);
          }
        });
    for (int i = 0; i < row.hits().size(); i++) {
      JsonNode hit = row.hits().get(i);
      int x = GAP + (i + 1) * (TILE + GAP);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(x, y, TILE, TILE);
      photo(hit.path("imageId").asText())
          .ifPresent(photo ->
              graphics.drawImage(
                  photo,
                  x + (TILE - photo.getWidth()) / 2,
                  y + (TILE - photo.getHeight()) / 2,
                  null));
      if (letters) {
        String title = hit.path("title").asText();
        letters(
            graphics,
            title.isEmpty() ? hit.path("imageId").asText() : title,
            HitTable.score(hit),
            x,
            y + TILE);
      }
    }
  }

  private Optional<BufferedImage> sketch(SketchFile file) {
    try {
      PreparedImage prepared = renderer.render(file.sketch(), TILE);
      BufferedImage image = new BufferedImage(TILE, TILE, BufferedImage.TYPE_INT_RGB);
      byte[] rgb = prepared.rgb();
      for (int i = 0; i < TILE * TILE; i++) {
        int gray = rgb[3 * i] & 0xff;
        image.setRGB(i % TILE, i / TILE, gray << 16 | gray << 8 | gray);
      }
      return Optional.of(image);
    } catch (RefusedImageException _) {
      return Optional.empty(); // The server understood it, this program does not: leave it out.
    }
  }

  /// The photo, scaled to the tile; empty when it was removed in the meantime.
  private Optional<BufferedImage> photo(String imageId) {
    Answer answer = server.get("/v1/images/" + Server.encode(imageId), Map.of());
    if (!answer.ok()) {
      return Optional.empty();
    }
    try {
      BufferedImage image = decoder.decode(answer.body());
      double scale = (double) TILE / Math.max(image.getWidth(), image.getHeight());
      return Optional.of(
          ImageScaler.resize(
              image,
              Math.max(1, (int) Math.round(image.getWidth() * scale)),
              Math.max(1, (int) Math.round(image.getHeight() * scale))));
    } catch (RefusedImageException _) {
      return Optional.empty();
    }
  }

  private static void letters(Graphics2D graphics, String line, String second, int x, int y) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.setColor(INK);
    graphics.drawString(fit(line, metrics), x, y + 15);
    graphics.setColor(FAINT);
    graphics.drawString(second, x, y + 30);
  }

  private static String fit(String line, FontMetrics metrics) {
    String text = line.replaceAll("\\p{Cntrl}", " ");
    if (metrics.stringWidth(text) <= TILE) {
      return text;
    }
    int end = text.length();
    while (end > 0 && metrics.stringWidth(text.substring(0, end) + "…") > TILE) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end) + "…";
  }

  /// Without fonts Java fails in several ways, some of them errors.
  private static boolean hasLetters(Graphics2D graphics) {
    try {
      if (GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length
          == 0) {
        return false;
      }
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
      return graphics.getFontMetrics().stringWidth("a") > 0;
    } catch (InternalError | RuntimeException _) {
      return false;
    }
  }
}
