package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.rollout.DrillReport.Progress;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import javax.imageio.ImageIO;

/// Plots a rollout: served quality, latency and progress of the backfill over time.
public final class RolloutPlot {
  private static final int WIDTH = 1200;
  private static final int PANEL = 190;
  private static final int LEFT = 90;
  private static final int RIGHT = 30;
  private static final int GAP = 46;
  private static final double WINDOW_SECONDS = 2;
  private static final Color INK = new Color(0x222222);
  private static final Color FAINT = new Color(0xbbbbbb);
  private static final Color LINE = new Color(0x1f6feb);

  private final DrillReport report;
  private final Graphics2D graphics;
  private final double seconds;

  private RolloutPlot(DrillReport report, Graphics2D graphics) {
    this.report = report;
    this.graphics = graphics;
    this.seconds = at(report.times().end());
  }

  /// Writes a PNG.
  public static void write(DrillReport report, Path file) throws IOException {
    BufferedImage image =
        new BufferedImage(WIDTH, 3 * (PANEL + GAP) + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    new RolloutPlot(report, graphics).draw();
    graphics.dispose();
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private void draw() {
    panel(0, "served mAP@" + report.plan().k(), this::servedMap, 1);
    DoubleBinaryOperator p99 = (from, to) -> report.searchMillis(99, nanos(from), nanos(to));
    panel(1, "search p99, ms (windows of 2 s)", p99, top(p99));
    panel(2, "share of the gallery that the new model has", this::progress, 1);
  }

  private double servedMap(double from, double to) {
    return report.servedMap(nanos(from), nanos(to));
  }

  private double progress(double from, double to) {
    return report.progress().stream()
        .filter(p -> p.nanos() < nanos(to) && !Double.isNaN(p.fraction()))
        .mapToDouble(Progress::fraction)
        .reduce((_, last) -> last)
        .orElse(0);
  }

  private double top(DoubleBinaryOperator value) {
    double top = 1;
    for (double from = 0; from < seconds; from += WINDOW_SECONDS) {
      double sample = value.applyAsDouble(from, from + WINDOW_SECONDS);
      top = Double.isNaN(sample) ? top : Math.max(top, sample);
    }
    return top;
  }

  private void panel(int number, String title, DoubleBinaryOperator value, double top) {
    int base = GAP + number * (PANEL + GAP) + PANEL;
    graphics.setColor(FAINT);
    graphics.setStroke(new BasicStroke(1));
    graphics.drawRect(LEFT, base - PANEL, WIDTH - LEFT - RIGHT, PANEL);
    event(base, report.times().backfill(), "backfill");
    event(base, report.times().ready(), "");
    event(base, report.times().activated(), "active");
    event(base, report.times().rollback(), "rollback");
    graphics.setColor(INK);
    graphics.drawString(title, LEFT, base - PANEL - 8);
    graphics.drawString(String.format(Locale.ROOT, "%.3g", top), 20, base - PANEL + 12);
    graphics.drawString("0", 60, base);
    graphics.drawString(
        String.format(Locale.ROOT, "%.0f s", seconds), WIDTH - RIGHT - 40, base + 16);
    Path2D path = new Path2D.Double();
    for (double from = 0; from < seconds; from += WINDOW_SECONDS) {
      double sample = value.applyAsDouble(from, from + WINDOW_SECONDS);
      if (!Double.isNaN(sample)) {
        double y = base - PANEL * Math.clamp(sample / top, 0, 1);
        if (path.getCurrentPoint() == null) {
          path.moveTo(x(from + WINDOW_SECONDS / 2), y);
        } else {
          path.lineTo(x(from + WINDOW_SECONDS / 2), y);
        }
      }
    }
    graphics.setColor(LINE);
    graphics.setStroke(new BasicStroke(2));
    graphics.draw(path);
  }

  private void event(int base, long nanos, String name) {
    int x = (int) x(at(nanos));
    graphics.setColor(FAINT);
    graphics.drawLine(x, base - PANEL, x, base);
    graphics.setColor(INK);
    graphics.drawString(name, x + 4, base - PANEL + 14);
  }

  private double x(double second) {
    return LEFT + (WIDTH - LEFT - RIGHT) * Math.clamp(second / seconds, 0, 1);
  }

  private double at(long nanos) {
    return (nanos - report.times().start()) / 1e9;
  }

  private long nanos(double second) {
    return report.times().start() + (long) (second * 1e9);
  }
}
