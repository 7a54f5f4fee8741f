package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sketchstream.benchmarks.measure.KafkaSettings;
import io.sketchstream.benchmarks.rollout.Addresses;
import io.sketchstream.benchmarks.rollout.Audit.Finding;
import io.sketchstream.benchmarks.rollout.CandidateModel;
import io.sketchstream.benchmarks.rollout.DrillPlan;
import io.sketchstream.benchmarks.rollout.DrillQuery;
import io.sketchstream.benchmarks.rollout.DrillReport;
import io.sketchstream.benchmarks.rollout.RolloutApi;
import io.sketchstream.benchmarks.rollout.RolloutDrill;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rolls a second model out over a live gallery and back, under writes, searches and checks.
/// `./sketchstream bench rollout` is the long form, on real data.
@Timeout(value = 25, unit = TimeUnit.MINUTES)
final class RolloutTest {
  private static final int IMAGES = 150;
  private static final int QUERIES = 20;
  private static final long SEED = Long.getLong("tests.seed", 20221);
  private static final int CANDIDATE_INPUT_SIZE = 128;

  private static final Duration SOON = Duration.ofMinutes(8);
  private static final int LABELLED = 40;
  private static final int LABELLED_CLASSES = 8;

  @TempDir static Path directory;
  private static ModelArtifact original;
  private static StandaloneProcess standalone;
  private static Addresses addresses;

  @BeforeAll
  static void start() throws Exception {
    original = ModelArtifact.load(TestModel.directory());
    Path home = directory.resolve("home");
    standalone =
        StandaloneProcess.start(
            home,
            List.of("-Dtraining.rollout.watch.interval=1s"),
            "--model",
            original.directory().toString());
    addresses = Addresses.ofOne(standalone.address(), KafkaSettings.of(home));
  }

  @AfterAll
  static void stop() {
    if (standalone != null) {
      try (StandaloneProcess started = standalone) {
        assertEquals(0, started.stop(), started.process()::report);
      }
    }
  }

  @Test
  void neitherLosesNorMixesNorFailsASearch() throws Exception {
    ModelArtifact candidate =
        CandidateModel.reordered(
            original, directory.resolve("candidate"), CANDIDATE_INPUT_SIZE, SEED);
    assertClean(new RolloutDrill(addresses, plan(), Map::of).run(candidate));
  }

  /// There are no labels before its activation, so it passes the gate; then labels arrive.
  @Test
  void rollsBackAModelThatFailsLiveAndRejectsItsRepeat() throws Exception {
    try (RolloutApi api = new RolloutApi(addresses)) {
      for (int i = 0; i < LABELLED; i++) {
        api.put("labelled-" + i, Pictures.png(i));
      }
      ModelArtifact broken = CandidateModel.constant(original, directory.resolve("broken"), 1);
      api.addModel(broken.directory());
      awaitState(api, broken, "ACTIVE");
      api.label(labels());
      awaitState(api, broken, "REJECTED");
      String reason = model(api, broken).path("reason").asText();
      assertTrue(reason.startsWith("rolled back automatically to generation "), reason);
      assertEquals(original.generation().id(), api.models().path("active").asText());

      ModelArtifact another = CandidateModel.constant(original, directory.resolve("another"), 2);
      api.addModel(another.directory());
      awaitState(api, another, "REJECTED");
      String worse = model(api, another).path("reason").asText();
      assertTrue(worse.startsWith("worse than generation " + original.generation()), worse);
      assertEquals(original.generation().id(), api.models().path("active").asText());
    }
  }

  private static String labels() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LABELLED; i++) {
      String rest = "\"class\":\"c%d\",\"labelledBy\":\"test\"}%n".formatted(i % LABELLED_CLASSES);
      String sketch = Base64.getEncoder().encodeToString(Pictures.png(i));
      lines.append("{\"imageId\":\"labelled-").append(i).append("\",").append(rest);
      lines.append("{\"sketch\":\"").append(sketch).append("\",").append(rest);
    }
    return lines.toString();
  }

  private static JsonNode model(RolloutApi api, ModelArtifact artifact) {
    try {
      return api.model(artifact.generation().id()).orElse(MissingNode.getInstance());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void awaitState(RolloutApi api, ModelArtifact artifact, String state) {
    Await.until(
        artifact.generation() + " is " + state,
        SOON,
        () -> model(api, artifact).path("state").asText().equals(state),
        () -> model(api, artifact).toPrettyString());
  }

  static DrillPlan plan() {
    Map<String, byte[]> gallery = new HashMap<>();
    Map<String, String> classes = new HashMap<>();
    List<DrillQuery> queries = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      gallery.put("kept-" + i, Pictures.png(i));
      classes.put("kept-" + i, "drawing " + i);
    }
    for (int i = 0; i < QUERIES; i++) {
      queries.add(new DrillQuery(Pictures.png(i), "drawing " + i));
    }
    return new DrillPlan(
        gallery,
        classes,
        30,
        number -> Pictures.png(10_000L + number),
        queries,
        20,
        6,
        4,
        Duration.ZERO,
        Duration.ofSeconds(5),
        2,
        Duration.ofMillis(500),
        Duration.ofMinutes(6),
        SEED);
  }

  private static void assertClean(DrillReport report) {
    String seed = "seed " + SEED + ": ";
    assertEquals(
        0,
        report.failures().size(),
        () -> seed + "searches failed, the first of them " + report.failures().getFirst());
    assertEquals(0, report.verdict().mixed(), seed + report.verdict());
    assertEquals(0, report.verdict().unexplained(), seed + report.verdict());
    assertTrue(report.verdict().hits() > 500, seed + report.verdict());
    assertTrue(
        report.verdict().telling() > 0.9,
        seed + "a mixture would not be seen: " + report.verdict());
    assertEquals(List.of(), report.resurrected(), seed + "removed images were found");
    assertEquals(2, report.switches().size());
    assertEquals(2, report.findings().size());
    assertEquals(report.candidate(), report.findings().get(0).generation());
    assertEquals(report.before(), report.findings().get(1).generation());
    for (Finding finding : report.findings()) {
      RolloutKillTest.assertClean(finding, seed);
      assertTrue(finding.images() > IMAGES && finding.removed() > 0, seed + finding);
    }
    // Each drawing is its own best match with any model.
    DrillReport.Times times = report.times();
    assertTrue(report.servedMap(times.start(), times.end()) > 0.95, seed + "served quality");
  }
}
