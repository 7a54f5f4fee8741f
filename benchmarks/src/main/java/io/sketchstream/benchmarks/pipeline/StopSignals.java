package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Options;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/// Sends SIGTERM repeatedly during training and embedding: every process must shut down in order.
/// libtorch crashes when it is torn down while it computes, and a crash shows in the exit status.
public final class StopSignals implements Benchmark {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final Duration BEGIN_MAX = Duration.ofMinutes(3);
  private static final int STOP_SECONDS_MAX = 40;

  /// Exit statuses of `train` when it was stopped, and of a JVM that was ended by SIGTERM.
  private static final Set<Integer> ORDERLY = Set.of(0, 130, 143);

  private static final int IMAGES = 200;

  @Override
  public String name() {
    return "stop-signals";
  }

  @Override
  public String summary() {
    return "orderly ends of so many upon SIGTERM in the middle of training and of embedding";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("count"));
    int count = options.integer("count", 20);
    Random random = new Random(1);
    int training = 0;
    int serving = 0;
    for (int i = 0; i < count; i++) {
      training += isOrderly("training", stopTraining(random.nextInt(1500))) ? 1 : 0;
      serving += isOrderly("embedding", stopEmbedding(random.nextInt(1500))) ? 1 : 0;
    }
    System.out.printf(
        "RESULT stop-signals training=%d serving=%d of=%d%n", training, serving, count);
    if (training + serving < 2 * count) {
      throw new IllegalStateException("some did not end in order");
    }
  }

  private static boolean isOrderly(String what, int status) {
    System.out.printf("%s ended with status %d%n", what, status);
    return ORDERLY.contains(status);
  }

  private static int stopTraining(int afterMillis) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("sketchstream-stop-");
    try {
      draw(folder);
      Path out = folder.resolve("out");
      Process process =
          new ProcessBuilder(trainCommand(folder, out))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      awaitIterations(process, out.resolve("log-1.csv"));
      Thread.sleep(afterMillis);
      process.destroy();
      return process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)
          ? process.exitValue()
          : process.destroyForcibly().waitFor();
    } finally {
      delete(folder);
    }
  }

  private static List<String> trainCommand(Path folder, Path out) {
    Path cli = ROOT.resolve("cli/target");
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + ROOT.resolve("target/cli.options"),
        "-XX:ErrorFile=" + folder.resolve("crash.log"),
        "-cp",
        cli.resolve("*") + ":" + cli.resolve("lib/*"),
        "io.sketchstream.cli.Main",
        "train",
        "--photos",
        folder.resolve("photos").toString(),
        "--sketches",
        folder.resolve("sketches").toString(),
        "--out",
        out.toString(),
        "--size",
        "64",
        "--served-size",
        "64",
        "--dimension",
        "32",
        "--iterations",
        "100000",
        "--preservation",
        "0",
        "--set",
        "classesPerBatch=4");
  }

  private static void awaitIterations(Process process, Path log)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(log) || Files.readAllLines(log).size() < 3) {
      if (!process.isAlive() || System.nanoTime() - start > BEGIN_MAX.toNanos()) {
        process.destroyForcibly();
        throw new IllegalStateException("the training did not begin");
      }
      Thread.sleep(50);
    }
  }

  /// Ovals as photos, their outlines as sketches, in four classes of different proportions.
  private static void draw(Path folder) throws IOException {
    Random random = new Random(1);
    for (int c = 0; c < 4; c++) {
      for (String side : List.of("photos", "sketches")) {
        Path label = Files.createDirectories(folder.resolve(side).resolve("oval " + c));
        for (int i = 0; i < 12; i++) {
          BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
          Graphics2D canvas = image.createGraphics();
          canvas.setColor(Color.WHITE);
          canvas.fillRect(0, 0, 64, 64);
          canvas.setStroke(new BasicStroke(2));
          boolean photo = side.equals("photos");
          canvas.setColor(photo ? new Color(random.nextInt(0x1000000)) : Color.BLACK);
          int x = 2 + random.nextInt(8);
          if (photo) {
            canvas.fillOval(x, 5, 50, 12 + 10 * c);
          } else {
            canvas.drawOval(x, 5, 50, 12 + 10 * c);
          }
          canvas.dispose();
          ImageIO.write(image, "png", label.resolve(i + ".png").toFile());
        }
      }
    }
  }

  private static int stopEmbedding(int afterMillis) throws Exception {
    Installation installation = Installation.start("");
    try (installation) {
      List<byte[]> photos = Photos.load("", IMAGES);
      try (Api api = new Api(installation.address())) {
        for (int i = 0; i < IMAGES; i++) {
          api.putImage("image-" + i, photos.get(i));
        }
      }
      Thread.sleep(afterMillis);
    }
    return installation.exitStatus();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder()).forEach(files::add);
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
