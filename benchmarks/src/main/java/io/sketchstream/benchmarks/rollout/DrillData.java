package io.sketchstream.benchmarks.rollout;

import io.sketchstream.benchmarks.pipeline.Photos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// The data of a drill: photos and sketches of classes that no model was trained on, among other
/// photos. Without the data set, generated photos, which have no classes.
final class DrillData {
  private static final List<String> UNSEEN =
      List.of("chicken", "guitar", "kangaroo", "pizza", "sailboat", "starfish");
  private static final int SKETCHES_PER_CLASS = 10;
  private static final int K = 200;
  private static final int CHURN = 200;
  private static final Duration PROBES = Duration.ofSeconds(1);
  private static final Duration BACKFILL_MAX = Duration.ofMinutes(20);

  private DrillData() {}

  static DrillPlan plan(
      String data,
      int images,
      double searches,
      double writes,
      Duration warmUp,
      Duration phase,
      int switches,
      long seed)
      throws IOException {
    Map<String, byte[]> gallery = new LinkedHashMap<>();
    Map<String, String> classes = new LinkedHashMap<>();
    List<DrillQuery> queries = new ArrayList<>();
    List<byte[]> churn;
    Path root = Path.of(data);
    if (Files.isDirectory(root.resolve("photos"))) {
      for (String className : UNSEEN) {
        addLabelled(root, className, gallery, classes, queries);
      }
      fill(root.resolve("photos"), gallery, images);
      fill(root.resolve("photos-64px"), gallery, images);
      churn = new ArrayList<>();
      for (Path file : files(root.resolve("gallery-1000"))) {
        churn.add(Files.readAllBytes(file));
      }
    } else {
      System.out.println("no data at " + root.toAbsolutePath() + ": generated photos, no quality");
      List<byte[]> made = Photos.load("", images + CHURN * 2);
      for (int i = 0; i < images; i++) {
        gallery.put("made-" + i, made.get(i));
      }
      churn = made.subList(images, made.size());
      for (int i = 0; i < SKETCHES_PER_CLASS * UNSEEN.size(); i++) {
        queries.add(new DrillQuery(made.get(i), "none"));
      }
    }
    Collections.shuffle(queries, new Random(seed));
    List<byte[]> pictures = churn;
    return new DrillPlan(
        gallery,
        classes,
        CHURN,
        number -> pictures.get(Math.floorMod(number, pictures.size())),
        queries,
        K,
        searches,
        writes,
        warmUp,
        phase,
        switches,
        PROBES,
        BACKFILL_MAX,
        seed);
  }

  private static void addLabelled(
      Path root,
      String className,
      Map<String, byte[]> gallery,
      Map<String, String> classes,
      List<DrillQuery> queries)
      throws IOException {
    int number = 0;
    for (Path photo : files(root.resolve("photos").resolve(className))) {
      String id = className + "-" + number++;
      gallery.put(id, Files.readAllBytes(photo));
      classes.put(id, className);
    }
    for (Path sketch :
        files(root.resolve("sketches").resolve(className)).subList(0, SKETCHES_PER_CLASS)) {
      queries.add(new DrillQuery(Files.readAllBytes(sketch), className));
    }
  }

  private static void fill(Path folder, Map<String, byte[]> gallery, int images)
      throws IOException {
    for (Path photo : files(folder)) {
      if (gallery.size() + CHURN >= images) {
        return;
      }
      if (!UNSEEN.contains(photo.getParent().getFileName().toString())) {
        gallery.put("other-" + gallery.size(), Files.readAllBytes(photo));
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
