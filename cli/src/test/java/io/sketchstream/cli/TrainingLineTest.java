package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.trainer.train.TrainingStep;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The line of a training fits a terminal of 80 columns, with all objectives on.
final class TrainingLineTest {
  private static final int WIDTH = 79;
  private static final List<String> OBJECTIVES =
      List.of(
          "classification",
          "quadruplet",
          "preservation",
          "photoAnchoring",
          "sketchAlignment",
          "prototypes");

  private final StringWriter shown = new StringWriter();
  private FakeServer server;

  @BeforeEach
  void start() throws Exception {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aTrainingFitsTheTerminal() {
    TrainingLine line = new TrainingLine(new ProgressLine(new PrintWriter(shown), true, WIDTH));
    line.phase("teacher's answers", 12_345, 12_345);
    line.step(step(10_000), 10_000);
    assertFits();
    String done = "10,000 of 10,000  loss 123.456  1234 images/s";
    assertTrue(shown.toString().contains(done), shown::toString);
  }

  @Test
  void elsewhereEachObjectiveIsNamed() {
    TrainingLine line = new TrainingLine(new ProgressLine(new PrintWriter(shown), false, WIDTH));
    line.step(step(7), 7);
    OBJECTIVES.forEach(name -> assertTrue(shown.toString().contains(name), shown::toString));
  }

  @Test
  void aRunOfTheServerFitsTheTerminalAndEndsWithItsReport() throws Exception {
    StringWriter out = new StringWriter();
    try (Server open = new Server(URI.create(server.address()), "")) {
      RunWatch watch =
          new RunWatch(
              open, new PrintWriter(out), new ProgressLine(new PrintWriter(shown), true, WIDTH));
      assertEquals(0, watch.untilOver("run-1"));
    }
    assertFits();
    assertTrue(shown.toString().contains("40 of 320  1:15 min left  loss 2.500"), shown::toString);
    assertFalse(shown.toString().contains("classification"), shown::toString);
    assertTrue(out.toString().endsWith("# Generation g2\n"), out::toString);
  }

  private void assertFits() {
    for (String line : shown.toString().replace("\u001b[K", "").split("\\R")) {
      assertTrue(line.length() <= WIDTH, () -> line.length() + " columns: " + line);
    }
  }

  private static TrainingStep step(int iteration) {
    SequencedMap<String, Double> losses = new LinkedHashMap<>();
    OBJECTIVES.forEach(name -> losses.put(name, 12.3456));
    return new TrainingStep(iteration, 123.456, losses, 1e-4, 1, 1234);
  }
}
