package io.sketchstream.trainer.data;

import io.sketchstream.images.ImageScaler;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.random.RandomGenerator;

/// Draws the contours of a photo, as a stand-in for a sketch of it (Canny, 1986): where the
/// smoothed brightness changes most, thinned to lines of one pixel, weak lines only where they go
/// on from strong ones, drawn with a pen. How smooth, how many lines and how long they must be is
/// random, as people differ in what they leave out.
final class ContourDrawing {
  /// Pixels of the longer side that it works at.
  static final int LONG_SIDE = 192;

  /// Share of the pixels that are strong lines.
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

  /// Draws a photo's contours, black on white. A photo without any gives its frame.
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

  /// A Gaussian, across and then down; the edge goes on beyond the picture.
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

  /// Sobel's operator; the rim of the picture has no change.
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

  /// Keeps the change where it is greatest along its own direction.
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

  /// The neighbour, of eight, that lies in a direction, as a step.
  private int ahead(float x, float y) {
    int right = Math.abs(x) * 2.4142 > Math.abs(y) ? (int) Math.signum(x) : 0;
    int down = Math.abs(y) * 2.4142 > Math.abs(x) ? (int) Math.signum(y) : 0;
    return down * width + right;
  }

  /// Strong lines, and weak ones that go on from them.
  ///
  /// @param share of the pixels that are strong
  /// @param weak where weak ones begin, as a share of where strong ones do
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

  /// Lines of fewer pixels are texture.
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

  /// The eight neighbours of a pixel; those of the rim are never asked for, since no line is there.
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

  /// A dot of the pen at every pixel of a line.
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
