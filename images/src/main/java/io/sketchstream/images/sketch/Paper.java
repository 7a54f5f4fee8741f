package io.sketchstream.images.sketch;

/// The background colour of a drawing, and how much a pixel differs from it.
final class Paper {
  private static final int WHITE = 255;

  /// A darker median means light ink on dark paper, or a photo.
  private static final int LIGHT_MIN = 160;

  /// How close most of the border must be to the colour of dark paper.
  private static final int LIKENESS = 48;

  /// How much compression darkens a channel of a pixel that is lighter than the paper.
  private static final int NOISE = 8;

  private static final double BORDER_SHARE_MIN = 0.6;

  private final int blue;
  private final int green;
  private final int red;
  private final boolean light;

  private Paper(int[] bgr, boolean light) {
    blue = bgr[0];
    green = bgr[1];
    red = bgr[2];
    this.light = light;
  }

  /// The paper of a picture: the median colour if it is light, since most of a sketch is paper;
  /// otherwise the colour of its border if that is uniform; otherwise white, as for photos.
  static Paper of(byte[] bgr, int width, int height) {
    int[] median = median(bgr, new Places(width, height, false));
    if (luma(median[0], median[1], median[2]) >= LIGHT_MIN) {
      return new Paper(median, true);
    }
    Places border = new Places(width, height, true);
    int[] edge = median(bgr, border);
    Paper dark = new Paper(edge, false);
    int alike = 0;
    int count = 0;
    for (int at = border.first(); at >= 0; at = border.after(at)) {
      count++;
      alike += dark.difference(bgr, 3 * at) < LIKENESS ? 1 : 0;
    }
    if (alike < BORDER_SHARE_MIN * count) {
      return new Paper(new int[] {WHITE, WHITE, WHITE}, true);
    }
    return luma(edge[0], edge[1], edge[2]) >= LIGHT_MIN ? new Paper(edge, true) : dark;
  }

  /// The same paper, where ink may also be lighter than it.
  Paper forAnyInk() {
    return new Paper(new int[] {blue, green, red}, false);
  }

  /// The difference of a pixel, 0 to 255, in the channel where it is largest. Pixels lighter than
  /// light paper do not differ: they are reflections.
  int difference(byte[] bgr, int at) {
    int b = blue - (bgr[at] & 0xff);
    int g = green - (bgr[at + 1] & 0xff);
    int r = red - (bgr[at + 2] & 0xff);
    int darker = Math.max(b, Math.max(g, r));
    if (light && darker <= NOISE) {
      return Math.max(0, darker);
    }
    return Math.max(Math.abs(b), Math.max(Math.abs(g), Math.abs(r)));
  }

  private static int luma(int blue, int green, int red) {
    // Rec. 601 in 16-bit fractions, whose sum is exactly one.
    return blue * 7471 + green * 38470 + red * 19595 + 32768 >> 16;
  }

  private static int[] median(byte[] bgr, Places places) {
    int[][] histograms = new int[3][WHITE + 1];
    int count = 0;
    for (int at = places.first(); at >= 0; at = places.after(at)) {
      count++;
      for (int band = 0; band < 3; band++) {
        histograms[band][bgr[3 * at + band] & 0xff]++;
      }
    }
    int[] median = new int[3];
    for (int band = 0; band < 3; band++) {
      int below = 0;
      int value = -1;
      while (2L * below < count) {
        below += histograms[band][++value];
      }
      median[band] = Math.max(0, value);
    }
    return median;
  }

  /// Iterates over all pixels, or those at the border.
  private record Places(int width, int height, boolean border) {
    int first() {
      return 0;
    }

    int after(int at) {
      int next = at + 1;
      int x = next % width;
      int y = next / width;
      if (border && x == 1 && y > 0 && y < height - 1 && width > 2) {
        next += width - 2; // To the end of the row.
      }
      return next < width * height ? next : -1;
    }
  }
}
