package io.sketchstream.images.sketch;

/// Tells white ink on light paper of a lossy picture: compression makes the paper beside such ink
/// darker, which would be taken for the ink.
final class Ringing {
  /// How far it reaches, in pixels.
  private static final int REACH = 4;

  /// How much of what is darker than the paper lies so near.
  private static final double NEAR_SHARE = .95;

  /// Ringing differs from the paper about as much as the ink; an outlined stroke much more.
  private static final double STRENGTH = 1.5;

  private final boolean[] lighter;
  private final int width;
  private final int height;

  private Ringing(boolean[] lighter, int width, int height) {
    this.lighter = lighter;
    this.width = width;
    this.height = height;
  }

  /// @param paper light paper, whose ink is darker
  /// @param contrast smallest difference of ink from the paper
  static boolean isAllInk(byte[] bgr, int width, Paper paper, int contrast) {
    Paper any = paper.forAnyInk();
    int count = bgr.length / 3;
    boolean[] lighter = new boolean[count];
    boolean[] darker = new boolean[count];
    long light = 0;
    long dark = 0;
    long lightSum = 0;
    long darkSum = 0;
    for (int i = 0; i < count; i++) {
      int difference = paper.difference(bgr, 3 * i);
      darker[i] = difference >= contrast;
      lighter[i] = !darker[i] && any.difference(bgr, 3 * i) >= contrast;
      dark += darker[i] ? 1 : 0;
      darkSum += darker[i] ? difference : 0;
      light += lighter[i] ? 1 : 0;
      lightSum += lighter[i] ? any.difference(bgr, 3 * i) : 0;
    }
    if (dark == 0 || light <= dark || darkSum * light > STRENGTH * lightSum * dark) {
      return false;
    }
    Ringing ringing = new Ringing(lighter, width, count / width);
    long near = 0;
    for (int i = 0; i < count; i++) {
      near += darker[i] && ringing.isNear(i % width, i / width) ? 1 : 0;
    }
    return near >= NEAR_SHARE * dark;
  }

  private boolean isNear(int x, int y) {
    int bottom = Math.min(height - 1, y + REACH);
    int right = Math.min(width - 1, x + REACH);
    for (int row = Math.max(0, y - REACH); row <= bottom; row++) {
      for (int at = Math.max(0, x - REACH); at <= right; at++) {
        if (lighter[row * width + at]) {
          return true;
        }
      }
    }
    return false;
  }
}
