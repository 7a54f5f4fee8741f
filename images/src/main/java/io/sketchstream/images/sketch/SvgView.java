package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.view.ViewBox;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Optional;

/// The part of a page that is rendered: all of it, or closer where the drawing is tiny, as on the
/// boards of some programs.
///
/// @param scale how much closer
/// @param left where it begins, in pixels of the whole page
/// @param top likewise
record SvgView(double scale, double left, double top) {
  static final SvgView WHOLE = new SvgView(1, 0, 0);

  /// A drawing is tiny below this share of the page in both directions.
  private static final double TINY = 1.0 / 6;

  /// How much of the view it takes then.
  private static final double SHARE = .8;

  private static final double SCALE_MAX = 1e6;

  /// Where the renderer has to put the page.
  ViewBox page(int width, int height) {
    return new ViewBox(
        (float) (-left * scale),
        (float) (-top * scale),
        (float) (width * scale),
        (float) (height * scale));
  }

  /// A view of what differs from the first pixel.
  ///
  /// @return empty where that is not tiny, and where nothing differs
  Optional<SvgView> closer(BufferedImage image) {
    int[] argb = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int width = image.getWidth();
    int minX = width;
    int maxX = -1;
    int minY = image.getHeight();
    int maxY = -1;
    for (int i = 0; i < argb.length; i++) {
      if (argb[i] != argb[0]) {
        minX = Math.min(minX, i % width);
        maxX = Math.max(maxX, i % width);
        minY = Math.min(minY, i / width);
        maxY = i / width;
      }
    }
    return maxX < 0
        ? Optional.empty()
        : closer(
            new Rectangle2D.Double(minX, minY, maxX - minX + 1.0, maxY - minY + 1.0),
            width,
            image.getHeight());
  }

  /// @param ink in pixels of this view
  Optional<SvgView> closer(Rectangle2D ink, int width, int height) {
    boolean tiny = ink.getWidth() < TINY * width && ink.getHeight() < TINY * height;
    boolean inside = ink.intersects(0, 0, width, height);
    double factor = SHARE * Math.min(width / ink.getWidth(), height / ink.getHeight());
    if (!tiny || !inside || !(factor * scale <= SCALE_MAX)) {
      return Optional.empty();
    }
    // Not beyond the edge of the page, which has another colour there.
    double x = Math.clamp(ink.getCenterX() - width / factor / 2, 0, width - width / factor);
    double y = Math.clamp(ink.getCenterY() - height / factor / 2, 0, height - height / factor);
    return Optional.of(new SvgView(scale * factor, left + x / scale, top + y / scale));
  }
}
