package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.training.labels.DatasetBuilder;
import io.sketchstream.training.rollout.TestRollout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each loop of the service is killed in turn; each restarts, and the service leads again.
final class KilledLoopsTest {
  private static final TopicProvisioner TOPICS = new TopicProvisioner(1, (short) 1);

  @TempDir Path home;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Workers workers = new Workers(registry);

  @Test
  void everyLoopRestarts() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (TestRollout rollout =
              new TestRollout(kafka, TOPICS, home.resolve("store"), Optional.empty(), workers);
          RunCoordinator runs =
              new RunCoordinator(
                  kafka, TOPICS, options(), rollout.rollout(), InstantSource.system())) {
        runs.start(workers);
        Await.until("it leads", () -> leads(rollout, runs));
        Set<String> loops = workers.statuses().keySet();
        assertEquals(Set.of("rollout", "rollout-answers", "training-runs"), loops);
        for (String loop : loops) {
          kill(loop);
          Await.until("it leads after " + loop, () -> leads(rollout, runs));
        }
      }
    }
  }

  private boolean leads(TestRollout rollout, RunCoordinator runs) {
    return runs.view().leads()
        && rollout.rollout().leads()
        && workers.statuses().values().stream().allMatch(status -> status.isRunning());
  }

  private void kill(String loop) {
    Counter failures = registry.counter("worker.failures", "worker", loop);
    double before = failures.count();
    // An interrupt that nobody meant fails whatever the loop waits in.
    Thread.getAllStackTraces().keySet().stream()
        .filter(running -> running.getName().equals(loop))
        .forEach(Thread::interrupt);
    Await.until(loop + " has failed", () -> failures.count() > before);
    Await.until(loop + " runs again", () -> workers.statuses().get(loop).isRunning());
    assertEquals(Map.of(), workers.troubles(), loop);
  }

  private RunOptions options() {
    return new RunOptions(
        home.resolve("runs"),
        Optional.empty(),
        0,
        new DatasetBuilder.Options(2, 2, 100, 10_000, 100, 0),
        new GateOptions(.01, .9, 10, .02),
        new RunOptions.HeldOut(new HeldOutExamples(.2), 4, 2),
        new RunOptions.Learning(Map.of(), Optional.empty(), 1, 5, Duration.ofSeconds(5), 3));
  }
}
