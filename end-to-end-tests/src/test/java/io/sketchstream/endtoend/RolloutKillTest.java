package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.benchmarks.rollout.AnswerCheck;
import io.sketchstream.benchmarks.rollout.AnswerCheck.Verdict;
import io.sketchstream.benchmarks.rollout.Audit;
import io.sketchstream.benchmarks.rollout.Audit.Finding;
import io.sketchstream.benchmarks.rollout.CandidateModel;
import io.sketchstream.benchmarks.rollout.DrillPlan;
import io.sketchstream.benchmarks.rollout.GalleryWriter;
import io.sketchstream.benchmarks.rollout.Ledger;
import io.sketchstream.benchmarks.rollout.RolloutApi;
import io.sketchstream.benchmarks.rollout.SketchReader;
import io.sketchstream.benchmarks.rollout.VectorLog;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of any service at random moments of rollouts and rollbacks. Once by default;
/// `-Drollout.kills=10` is the long form, `-Dtests.seed=` reproduces a run.
@Timeout(value = 60, unit = TimeUnit.MINUTES)
final class RolloutKillTest {
  private static final int KILLS = Integer.getInteger("rollout.kills", 1);
  private static final long SEED = Long.getLong("tests.seed", 20221);
  private static final Duration PHASE_MAX = Duration.ofMinutes(12);
  private static final int MOMENT_MILLIS_MAX = 5_000;

  /// Each is embedded for two generations, on two cores that run all services and the tests beside.
  private static final double WRITES_PER_SECOND = 4;

  /// Slow enough that a kill hits the backfill.
  private static final List<String> SETTINGS = List.of("-Dembed.backfill.images-per-second=25");

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private int candidates;

  @Test
  void neitherLosesNorMixesNorGetsStuck() throws Exception {
    ModelArtifact original = ModelArtifact.load(TestModel.directory());
    DrillPlan plan = RolloutTest.plan();
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"));
        ServiceFleet fleet =
            ServiceFleet.start(
                directory, broker.bootstrapServers(), original.directory(), SETTINGS);
        RolloutApi api = new RolloutApi(fleet.addresses());
        VectorLog vectors = new VectorLog(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Ledger ledger = new Ledger();
      SketchReader reader = new SketchReader(api, ledger, plan.queries(), 10, 4);
      try (reader) {
        try (GalleryWriter writer =
            new GalleryWriter(api, ledger, plan.pictures(), List.of(), WRITES_PER_SECOND, SEED)) {
          Await.until("a gallery to start with", PHASE_MAX, () -> writer.writes() >= 100);
          for (int kill = 0; kill < KILLS; kill++) {
            if (isSettled(api)) {
              next(api, original);
            }
            killOne(fleet, kill);
          }
          Await.until(
              "the rollout is over", PHASE_MAX, () -> isSettled(api), () -> describe(api, fleet));
        }
        Finding finding = new Audit(api, ledger, vectors).run(plan.queries().getFirst().sketch());
        assertClean(finding, "seed " + SEED + ": ");
        assertTrue(finding.images() > 20 && finding.removed() > 5, finding::toString);
      }
      check(reader, vectors);
    }
  }

  /// Rolls out new candidates and rolls back activated ones, in alternation.
  private void next(RolloutApi api, ModelArtifact original) throws Exception {
    String active = api.models().path("active").asText();
    if (candidates > 0 && random.nextInt(3) == 0 && !original.generation().id().equals(active)) {
      api.command("/rollback");
    } else {
      int number = candidates++;
      api.addModel(
          CandidateModel.reordered(
                  original,
                  directory.resolve("candidate-" + number),
                  original.inputSize(),
                  SEED + number)
              .directory());
    }
  }

  private void killOne(ServiceFleet fleet, int kill) {
    List<String> services = fleet.services();
    String service = services.get(random.nextInt(services.size()));
    long moment =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOMENT_MILLIS_MAX));
    Await.until("the moment", PHASE_MAX, () -> System.nanoTime() - moment >= 0);
    System.out.printf("kill %d of %d, seed %d: %s%n", kill + 1, KILLS, SEED, service);
    fleet.kill(service);
    fleet.restart(service);
    fleet.awaitReady(service);
  }

  private static boolean isSettled(RolloutApi api) {
    try {
      JsonNode models = api.models();
      return models.path("leading").asBoolean()
          && StreamSupport.stream(models.path("models").spliterator(), false)
              .noneMatch(
                  model -> model.path("state").asText().matches("REGISTERED|BACKFILLING|READY"));
    } catch (IOException e) {
      return false; // It is being restarted.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String describe(RolloutApi api, ServiceFleet fleet) {
    try {
      return api.models().toPrettyString() + fleet.report();
    } catch (IOException e) {
      return e + fleet.report();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void check(SketchReader reader, VectorLog vectors) {
    Verdict verdict = new AnswerCheck(vectors).check(reader.readings(), Duration.ofSeconds(30));
    String seed = "seed " + SEED + ": ";
    assertEquals(0, verdict.mixed(), seed + verdict);
    assertEquals(0, verdict.unexplained(), seed + verdict);
    assertTrue(verdict.hits() > 100, seed + verdict);
    assertEquals(
        List.of(),
        reader.readings().stream().flatMap(r -> r.resurrected().stream()).toList(),
        seed + "removed images were found");
  }

  /// Nothing acknowledged is missing, nothing removed is found, nothing is out of date.
  static void assertClean(Finding finding, String message) {
    assertEquals(
        List.of(),
        Stream.of(finding.missing(), finding.resurrected(), finding.stale())
            .flatMap(List::stream)
            .toList(),
        () -> message + finding);
  }
}
