package io.sketchstream.benchmarks.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Query sketches: a few irregular closed curves each, as strokes JSON.
public final class QuerySketches {
  private QuerySketches() {}

  /// Drawings as JSON strokes; the same seed gives the same.
  public static List<String> make(int count, long seed) {
    Random random = new Random(seed);
    List<String> drawings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<String> strokes = new ArrayList<>();
      for (int s = 0; s < 3 + random.nextInt(4); s++) {
        strokes.add(curve(random));
      }
      drawings.add("[" + String.join(",", strokes) + "]");
    }
    return drawings;
  }

  private static String curve(Random random) {
    double centreX = 60 + random.nextInt(140);
    double centreY = 60 + random.nextInt(140);
    double radius = 15 + random.nextInt(45);
    double wobble = random.nextDouble() * 0.5;
    int lobes = 2 + random.nextInt(5);
    List<String> xs = new ArrayList<>();
    List<String> ys = new ArrayList<>();
    for (int step = 0; step <= 24; step++) {
      double angle = step * Math.PI / 12;
      double r = radius * (1 + wobble * Math.sin(lobes * angle));
      xs.add(String.format(Locale.ROOT, "%.0f", centreX + r * Math.cos(angle)));
      ys.add(String.format(Locale.ROOT, "%.0f", centreY + r * Math.sin(angle)));
    }
    return "[[" + String.join(",", xs) + "],[" + String.join(",", ys) + "]]";
  }
}
