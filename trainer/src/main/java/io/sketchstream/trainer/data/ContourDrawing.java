package io.sketchstream.trainer.data;

import io.sketchstream.images.ImageScaler;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.random.RandomGenerator;

/// Draws the contours of a photo as a substitute for a sketch of it (Canny, 1986): where the
/// smoothed brightness changes most, thinned to lines of one pixel, with weak lines only where they
/// continue strong ones, drawn with a pen. Smoothing, number of lines and shortest length are
/// random, because people differ in what they leave out.
final class ContourDrawing {
  /// Longer side of the reduced photo that is analysed, in pixels.
  static final int LONG_SIDE = 192;

  /// Smallest share of the pixels in strong lines.
  private static final double STRONG_MIN = .02;

  private static final double STRONG_SPREAD = .05;

  /// Smaller changes are noise.
  private static final double CHANGE_MIN = 4;

  private static final int WHITE = 255;

  private final int width;
  private final int height;
  private final float[] gray;
  private final float[] strength;
  private final float[] alongX;
  private final float[] alongY;

  private ContourDrawing(BufferedImage photo) {
    width = photo.getWidth();
    height = photo.getHeight();
    gray = new float[width * height];
    strength = new float[gray.length];
    alongX = new float[gray.length];
    alongY = new float[gray.length];
    byte[] bgr = ImageScaler.bytes(photo);
    for (int i = 0, at = 0; i < gray.length; i++, at += 3) {
      gray[i] = .114f * (bgr[at] & 255) + .587f * (bgr[at + 1] & 255) + .299f * (bgr[at + 2] & 255);
    }
  }

  /// Draws a photo's contours, black on white. A photo without contours gives its frame.
  ///
  /// @param pen width as a share of the longer side
  static BufferedImage of(BufferedImage photo, double pen, RandomGenerator random) {
    double scale = (double) LONG_SIDE / Math.max(photo.getWidth(), photo.getHeight());
    int width = Math.max(8, (int) Math.round(photo.getWidth() * scale));
    int height = Math.max(8, (int) Math.round(photo.getHeight() * scale));
    var contours = new ContourDrawing(ImageScaler.resize(photo, width, height));
    contours.smooth(.8 + 1.2 * random.nextDouble());
    contours.measureChange();
    contours.thin();
    double strong = STRONG_MIN + STRONG_SPREAD * random.nextDouble();
    boolean[] lines = contours.lines(strong, .3 + .3 * random.nextDouble());
    contours.dropShort(lines, 6 + random.nextInt(15));
    if (!contours.hasAny(lines)) {
      contours.frame(lines);
    }
    return contours.drawn(lines, pen * Math.max(width, height) / 2);
  }

  /// A Gaussian filter, first along rows, then along columns; edge pixels are repeated outside.
  private void smooth(double deviation) {
    int reach = (int) Math.ceil(2.5 * deviation);
    float[] kernel = new float[2 * reach + 1];
    float sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) Math.exp(-(i - reach) * (i - reach) / (2 * deviation * deviation));
      sum += kernel[i];
    }
    float[] across = new float[gray.length];
    for (int i = 0; i < gray.length; i++) {
      int row = i / width * width;
      float value = 0;
      for (int k = -reach; k <= reach; k++) {
        value += kernel[k + reach] * gray[row + Math.clamp(i - row + k, 0, width - 1)];
      }
      across[i] = value / sum;
    }
    for (int i = 0; i < gray.length; i++) {
      float value = 0;
      for (int k = -reach; k <= reach; k++) {
        int row = Math.clamp(i / width + k, 0, height - 1);
        value += kernel[k + reach] * across[row * width + i % width];
      }
      gray[i] = value / sum;
    }
  }

  /// The Sobel operator; pixels at the border have no change.
  private void measureChange() {
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int at = y * width + x;
        alongX[at] = column(at + 1) - column(at - 1);
        alongY[at] = row(at + width) - row(at - width);
        strength[at] = (float) Math.hypot(alongX[at], alongY[at]) / 4;
      }
    }
  }

  private float column(int at) {
    return gray[at - width] + 2 * gray[at] + gray[at + width];
  }

  private float row(int at) {
    return gray[at - 1] + 2 * gray[at] + gray[at + 1];
  }

  /// Non-maximum suppression along the direction of the change.
  private void thin() {
    float[] all = strength.clone();
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int at = y * width + x;
        int ahead = ahead(alongX[at], alongY[at]);
        if (all[at] < CHANGE_MIN || all[at] < all[at + ahead] || all[at] <= all[at - ahead]) {
          strength[at] = 0;
        }
      }
    }
  }

  /// The step to the one of eight neighbours that lies in a direction.
  private int ahead(float x, float y) {
    int right = Math.abs(x) * 2.4142 > Math.abs(y) ? (int) Math.signum(x) : 0;
    int down = Math.abs(y) * 2.4142 > Math.abs(x) ? (int) Math.signum(y) : 0;
    return down * width + right;
  }

  /// Strong lines, and the weak lines that continue them.
  ///
  /// @param share share of the pixels that are strong
  /// @param weak threshold of weak lines, as a share of that of strong ones
  private boolean[] lines(double share, double weak) {
    float[] sorted = strength.clone();
    Arrays.sort(sorted);
    float strong = sorted[(int) ((1 - share) * (sorted.length - 1))];
    boolean[] lines = new boolean[strength.length];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < lines.length; i++) {
      if (strength[i] > 0 && strength[i] >= strong) {
        lines[i] = true;
        open.add(i);
      }
    }
    while (!open.isEmpty()) {
      for (int next : around(open.remove())) {
        if (!lines[next] && strength[next] > 0 && strength[next] >= weak * strong) {
          lines[next] = true;
          open.add(next);
        }
      }
    }
    return lines;
  }

  /// Removes lines of fewer pixels, which are texture.
  private void dropShort(boolean[] lines, int lengthMin) {
    boolean[] seen = new boolean[lines.length];
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] && !seen[i]) {
        Deque<Integer> open = new ArrayDeque<>();
        Deque<Integer> line = new ArrayDeque<>();
        seen[i] = true;
        open.add(i);
        while (!open.isEmpty()) {
          int at = open.remove();
          line.add(at);
          for (int next : around(at)) {
            if (lines[next] && !seen[next]) {
              seen[next] = true;
              open.add(next);
            }
          }
        }
        if (line.size() < lengthMin) {
          line.forEach(at -> lines[at] = false);
        }
      }
    }
  }

  /// The eight neighbours of a pixel. Not called for border pixels, since no line is there.
  private int[] around(int at) {
    int above = at - width;
    int below = at + width;
    return new int[] {above - 1, above, above + 1, at - 1, at + 1, below - 1, below, below + 1};
  }

  private boolean hasAny(boolean[] lines) {
    for (boolean line : lines) {
      if (line) {
        return true;
      }
    }
    return false;
  }

  private void frame(boolean[] lines) {
    for (int i = 0; i < lines.length; i++) {
      int x = i % width;
      int y = i / width;
      lines[i] = x == 0 || y == 0 || x == width - 1 || y == height - 1;
    }
  }

  /// Draws a dot of the pen at every pixel of a line.
  private BufferedImage drawn(boolean[] lines, double radius) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    Arrays.fill(bgr, (byte) WHITE);
    int reach = (int) Math.floor(radius);
    for (int i = 0; i < lines.length; i++) {
      for (int down = -reach; lines[i] && down <= reach; down++) {
        for (int right = -reach; right <= reach; right++) {
          int x = i % width + right;
          int y = i / width + down;
          boolean inside = x >= 0 && y >= 0 && x < width && y < height;
          if (inside && right * right + down * down <= radius * radius) {
            Arrays.fill(bgr, 3 * (y * width + x), 3 * (y * width + x) + 3, (byte) 0);
          }
        }
      }
    }
    return image;
  }
}
