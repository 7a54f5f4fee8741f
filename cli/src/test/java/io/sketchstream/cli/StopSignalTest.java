package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM in the middle of a training, in a process of its own: libtorch crashes where the JVM
/// ends while it computes. `./sketchstream bench stop-signals` does so 20 times.
class StopSignalTest {
  private static final Duration BEGIN_MAX = Duration.ofMinutes(2);
  private static final int STOP_SECONDS_MAX = 40;

  /// Of the command if it is faster, else of the JVM that the signal ends.
  private static final Set<Integer> ORDERLY = Set.of(130, 143);

  @TempDir private Path folder;

  @Test
  void stopsATrainingThatCanBeResumed() throws IOException, InterruptedException {
    noise();
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      awaitIterations(process, output);
      process.destroy();
      assertTrue(process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertTrue(ORDERLY.contains(process.exitValue()), () -> process.exitValue() + ": " + said);
    assertTrue(Files.exists(folder.resolve("out/checkpoint-1.safetensors")), said);
    assertTrue(Files.notExists(folder.resolve("crash.log")), said);
  }

  private List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Dai.djl.offline=true",
        "-XX:ErrorFile=" + folder.resolve("crash.log"),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "train",
        "--photos",
        folder.resolve("photos").toString(),
        "--sketches",
        folder.resolve("sketches").toString(),
        "--out",
        folder.resolve("out").toString(),
        "--size",
        "48",
        "--served-size",
        "48",
        "--dimension",
        "8",
        "--iterations",
        "100000",
        "--preservation",
        "0",
        "--set",
        "classesPerBatch=2");
  }

  private void awaitIterations(Process process, Path output)
      throws IOException, InterruptedException {
    Path log = folder.resolve("out/log-1.csv");
    long start = System.nanoTime();
    while (!Files.exists(log) || Files.readAllLines(log).size() < 3) {
      boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
      assertTrue(
          !ended && System.nanoTime() - start < BEGIN_MAX.toNanos(), Files.readString(output));
    }
  }

  private void noise() throws IOException {
    Random random = new Random(1);
    for (String side : List.of("photos", "sketches")) {
      for (String label : List.of("this", "that")) {
        Path pictures = Files.createDirectories(folder.resolve(side).resolve(label));
        for (int i = 0; i < 4; i++) {
          BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
          for (int p = 0; p < 48 * 48; p++) {
            image.setRGB(p % 48, p / 48, random.nextInt(0x1000000));
          }
          ImageIO.write(image, "png", pictures.resolve(i + ".png").toFile());
        }
      }
    }
  }
}
