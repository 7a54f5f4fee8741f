package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.testing.Await;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class RunningJobTest {
  private static final RunOptions.Learning LEARNING =
      new RunOptions.Learning(Map.of(), Optional.empty(), 1, 0, Duration.ofMinutes(1), 3);

  /// Without an outcome the run would be taken for one whose service crashed, and be repeated.
  @Test
  void failsWithAnErrorOfTheJvm() {
    RunningJob job =
        job(() -> {
          throw new OutOfMemoryError("Java heap space");
        });

    job.start();

    Await.until("it has ended", job::isDone);
    TrainingJob.Outcome outcome = job.outcome().orElseThrow();
    assertEquals(TrainingRunState.FAILED, outcome.state());
    assertTrue(outcome.reason().contains("Java heap space"), outcome::toString);
  }

  @Test
  void hasNoOutcomeWhereItWasStopped() {
    CountDownLatch begun = new CountDownLatch(1);
    RunningJob job =
        job(() -> {
          begun.countDown();
          Thread.sleep(Duration.ofMinutes(10));
          return null;
        });
    job.start();
    Await.until("it has begun", () -> begun.getCount() == 0);

    job.stop();

    assertTrue(job.isDone());
    assertEquals(Optional.empty(), job.outcome());
  }

  private static RunningJob job(Callable<TrainingJob.Outcome> work) {
    return new RunningJob(TrainingRunChanged.getDefaultInstance(), work, () -> null, LEARNING);
  }
}
