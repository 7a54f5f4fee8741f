package io.sketchstream.trainer.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;

/// Draws the losses of a training: one panel per objective, smoothed over ten iterations.
final class LossCurves {
  private static final int WIDTH = 900;
  private static final int PANEL_HEIGHT = 200;
  private static final int MARGIN = 50;
  private static final int SMOOTHED_OVER = 10;

  private static final List<Color> COLOURS =
      List.of(
          new Color(0x333333),
          new Color(0x1f77b4),
          new Color(0xd62728),
          new Color(0x2ca02c),
          new Color(0x9467bd),
          new Color(0x8c564b),
          new Color(0xff7f0e));

  private record Panel(String name, ToDoubleFunction<TrainingStep> value, Color colour) {}

  private LossCurves() {}

  static void write(List<TrainingStep> steps, Path file) throws IOException {
    List<Panel> panels = panels(steps);
    BufferedImage picture =
        new BufferedImage(WIDTH, PANEL_HEIGHT * panels.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    for (int i = 0; i < panels.size() && steps.size() > 1; i++) {
      draw(graphics, panels.get(i), steps, i * PANEL_HEIGHT);
    }
    graphics.dispose();
    ImageIO.write(picture, "png", file.toFile());
  }

  private static List<Panel> panels(List<TrainingStep> steps) {
    List<Panel> panels = new ArrayList<>();
    panels.add(new Panel("loss", TrainingStep::loss, COLOURS.getFirst()));
    for (String name : steps.isEmpty() ? List.<String>of() : steps.getFirst().losses().keySet()) {
      Color colour = COLOURS.get(panels.size() % COLOURS.size());
      panels.add(new Panel(name, step -> step.loss(name), colour));
    }
    return panels;
  }

  private static void draw(Graphics2D graphics, Panel panel, List<TrainingStep> steps, int top) {
    double[] values = smoothed(steps.stream().mapToDouble(panel.value()).toArray());
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double span = Math.max(high - low, 1e-9);
    int bottom = top + PANEL_HEIGHT - 25;
    int height = PANEL_HEIGHT - 50;
    Path2D curve = new Path2D.Double();
    for (int i = 0; i < values.length; i++) {
      double x = MARGIN + (double) i / (values.length - 1) * (WIDTH - 2 * MARGIN);
      double y = bottom - (values[i] - low) / span * height;
      if (i == 0) {
        curve.moveTo(x, y);
      } else {
        curve.lineTo(x, y);
      }
    }
    graphics.setColor(Color.LIGHT_GRAY);
    graphics.drawRect(MARGIN, bottom - height, WIDTH - 2 * MARGIN, height);
    graphics.setColor(panel.colour());
    graphics.setStroke(new BasicStroke(1.6f));
    graphics.draw(curve);
    graphics.drawString(panel.name(), MARGIN, bottom - height - 6);
    graphics.setColor(Color.DARK_GRAY);
    graphics.drawString(String.format(Locale.ROOT, "%.2f", high), 8, bottom - height + 10);
    graphics.drawString(String.format(Locale.ROOT, "%.2f", low), 8, bottom);
    graphics.drawString("iteration " + steps.getLast().iteration(), WIDTH - 140, bottom + 16);
  }

  private static double[] smoothed(double[] values) {
    double[] smooth = new double[values.length];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i];
      if (i >= SMOOTHED_OVER) {
        sum -= values[i - SMOOTHED_OVER];
      }
      smooth[i] = sum / Math.min(i + 1, SMOOTHED_OVER);
    }
    return smooth;
  }
}
