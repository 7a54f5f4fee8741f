package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sketchstream.testing.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writers, readers and faults, drawn from a seed, against three brokers and two instances of each
/// service; in the end everything is counted. It needs a machine of its own for some minutes, so it
/// runs only where `-Dtests.faults=PT2M` or longer says how long faults are injected;
/// `-Dtests.seed=` draws the same ones again.
///
/// A fault may make writes and searches fail; what was acknowledged must be there, what was removed
/// must not, and everything must come back by itself.
final class FaultHarnessTest {
  private static final String FAULTS = System.getProperty("tests.faults", "");
  private static final long SEED = Long.getLong("tests.seed", System.nanoTime());

  /// To start, to come back and to compare, on a machine that is busy.
  private static final Duration REST_MAX = Duration.ofMinutes(40);

  private static final Duration SERVICE_MAX = Duration.ofMinutes(5);

  @TempDir Path directory;

  @Test
  void losesNothingAndRecovers() {
    assumeTrue(!FAULTS.isEmpty(), "injects faults for as long as -Dtests.faults says: PT2M");
    Duration duration = Duration.parse(FAULTS);
    System.out.printf("faults for %s, -Dtests.seed=%d%n", duration, SEED);
    assertTimeoutPreemptively(duration.plus(REST_MAX), () -> run(duration), "seed " + SEED);
  }

  private void run(Duration duration) {
    FaultTally tally = new FaultTally();
    FaultLedger ledger = new FaultLedger();
    String report;
    try (FaultCluster cluster = FaultCluster.start(directory, TestModel.directory())) {
      FaultRollout rollout = new FaultRollout(cluster, directory.resolve("candidates"), SEED);
      FaultSchedule schedule = new FaultSchedule(cluster, tally, rollout, SEED);
      List<URI> ingest =
          cluster.instances("ingest-service").stream().map(FaultInstance::address).toList();
      List<FaultInstance> query = cluster.instances("query-service");
      try (FaultWriter _ = new FaultWriter("a", ingest, ledger, tally, SEED + 1);
          FaultWriter _ = new FaultWriter("b", ingest, ledger, tally, SEED + 2);
          FaultReader _ = new FaultReader(query, ledger, tally, rollout, SEED + 3);
          FaultReader _ = new FaultReader(query, ledger, tally, rollout, SEED + 4)) {
        schedule.run(duration);
        awaitService(tally);
      } catch (AssertionError e) { // Something is not back in time.
        tally.violation("stuck", e.getMessage());
      }
      new FaultAudit(cluster, ledger, tally).run();
      report = tally.isClean() ? "" : "\n" + cluster.report();
    }
    System.out.printf("seed %d: %s%n", SEED, tally);
    assertTrue(tally.isClean(), () -> "seed " + SEED + ": " + tally + report);
  }

  /// All faults are over: writes and searches succeed again.
  private static void awaitService(FaultTally tally) {
    int writes = tally.writes() + 10;
    int searches = tally.searches() + 10;
    Await.until(
        "writes and searches succeed again",
        SERVICE_MAX,
        () -> tally.writes() >= writes && tally.searches() >= searches,
        tally::toString);
  }
}
