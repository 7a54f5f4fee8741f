package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.training.labels.LabelledTopics;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.rollout.TestRollout;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Each test has a coordinator of its own, at one broker.
final class RunCoordinatorTest extends RunFixture {
  @Test
  void handsABetterModelToTheRolloutWithItsReport() throws Exception {
    topics.label("late", LabelledTopics.photo("triangle-0", "square"));
    topics.label("late-2", LabelledTopics.photo("triangle-0", "square"));
    topics.remove("labels", "late");
    topics.remove("labels", "late-2");
    try (RunCoordinator coordinator = coordinator("better", -1, 2, 0, Optional.empty());
        TestRollout follower =
            new TestRollout(kafka, PROVISIONER, home.resolve("store"), Optional.empty());
        RunCoordinator other =
            new RunCoordinator(
                kafka,
                PROVISIONER,
                options("other", -1, 2, 0, Optional.empty()),
                follower.rollout(),
                InstantSource.system())) {
      other.start(new Workers(new SimpleMeterRegistry()));
      TrainingRunChanged run = begin(coordinator, Map.of());
      assertRefused(
          () -> coordinator.begin("again", Map.of()), CommandRefusedException.Kind.CONFLICT);
      assertRefused(() -> other.begin("there", Map.of()), CommandRefusedException.Kind.NOT_LEADING);
      topics.label("after", LabelledTopics.photo("triangle-0", "square"));

      TrainingRunChanged ended = await(other, run.getRunId(), RunCoordinatorTest::ended);

      topics.remove("labels", "after");
      assertEquals(TrainingRunState.PROMOTED, ended.getState(), ended.getReason());
      assertEquals(rollout.rollout().active().orElseThrow().id(), ended.getBaseGeneration());
      ModelChanged model = rollout.await(ended.getGeneration());
      assertEquals(ModelOrigin.TRAINED, model.getOrigin());
      assertFalse(model.getState() == ModelState.REJECTED, model.getState()::toString);
      for (String metric :
          List.of("gate.mAP", "gate.active.mAP", "gate.P@100", "gate.difference.low")) {
        assertTrue(model.getMetricsMap().containsKey(metric), metric);
      }
      Path stored = Path.of(URI.create(model.getArtifactUri()));
      ModelArtifact artifact = ModelArtifact.load(stored);
      assertEquals(8, artifact.dimension());
      String snapshot = artifact.manifest().orElseThrow().recipe().get("snapshot.labels-0");
      assertEquals(
          Long.toString(
              ended.getSnapshotList().stream()
                  .filter(e -> e.getTopic().equals("labels") && e.getPartition() == 0)
                  .findFirst()
                  .orElseThrow()
                  .getOffset()),
          snapshot);
      JsonNode report = new ObjectMapper().readTree(stored.resolve("report.json").toFile());
      assertEquals(40, report.at("/dataset/labels").asInt(), report::toString);
      assertEquals(20, report.at("/dataset/photos").asInt(), report::toString);
      assertEquals(24, report.at("/dataset/gallery").asInt(), report::toString);
      assertTrue(ended.getReason().startsWith(expectedStart(ended)), ended.getReason());
      assertTrue(ended.getReason().endsWith(". It is rolled out."), ended.getReason());
      assertEquals(.2, model.getHeldOutShare());
      assertTrue(Files.readString(stored.resolve("report.md")).contains("held-out examples"));
      assertTrue(Files.size(stored.resolve("report.png")) > 0);
      // The leader shows the end when it has tidied up.
      TrainingRunChanged _ = await(coordinator, run.getRunId(), RunCoordinatorTest::ended);
      Path left = home.resolve("better").resolve(run.getRunId());
      assertFalse(Files.exists(left.resolve("data/photos")), "pictures of an ended run stay");
      assertTrue(Files.exists(left.resolve("training/log-1.csv")));
    }
  }

  /// With a margin of -1 every model is "better".
  private static String expectedStart(TrainingRunChanged ended) {
    return String.format(
            Locale.ROOT,
            "Better: %.2f vs %.2f on ",
            ended.getMetricsMap().get("gate.mAP"),
            ended.getMetricsMap().get("gate.active.mAP"))
        .replace(" 0.", " .");
  }

  @Test
  void rejectsAModelThatIsNotBetterWithItsMetrics() throws Exception {
    String active = rollout.rollout().active().orElseThrow().id();
    RunOptions common = options("worse", 1, 2, 0, Optional.empty());
    RunOptions more =
        new RunOptions(
            common.home(),
            common.every(),
            common.newLabels(),
            common.dataset(),
            common.gate(),
            new RunOptions.HeldOut(new HeldOutExamples(.4), 4, 2),
            common.learning());
    try (RunCoordinator coordinator =
        new RunCoordinator(kafka, PROVISIONER, more, rollout.rollout(), InstantSource.system())) {
      coordinator.start(new Workers(new SimpleMeterRegistry()));
      TrainingRunChanged run = begin(coordinator, Map.of("seed", "9"));
      TrainingRunChanged ended = await(coordinator, run.getRunId(), RunCoordinatorTest::ended);
      assertEquals(TrainingRunState.NOT_BETTER, ended.getState(), ended.getReason());
      ModelChanged model = rollout.await(ended.getGeneration());
      assertEquals(ModelState.REJECTED, model.getState());
      assertTrue(model.getReason().startsWith("Not "), model.getReason());
      assertEquals(.4, model.getHeldOutShare());
      assertEquals(active, rollout.rollout().active().orElseThrow().id());
    }
  }

  @Test
  void resumesAStoppedRunFromItsCheckpoint() throws Exception {
    String runId;
    try (RunCoordinator coordinator = coordinator("resumed", 1, 2, 0, Optional.empty())) {
      runId = begin(coordinator, Map.of("iterations", "40")).getRunId();
      TrainingRunChanged _ =
          await(
              coordinator, runId, run -> run.getPhase().equals("train") && run.getPhaseDone() >= 3);
    }
    try (RunCoordinator coordinator = coordinator("resumed", 1, 2, 0, Optional.empty())) {
      TrainingRunChanged ended = await(coordinator, runId, RunCoordinatorTest::ended);
      assertEquals(TrainingRunState.NOT_BETTER, ended.getState(), ended.getReason());
      assertEquals(0, ended.getRestarts());
      List<String> log =
          Files.readAllLines(home.resolve("resumed").resolve(runId).resolve("training/log-1.csv"));
      assertEquals(41, log.size());
      assertTrue(log.getLast().startsWith("40,"), log.getLast());
    }
  }

  @Test
  void endsACancelledRunWithoutAnyChange() throws Exception {
    try (RunCoordinator coordinator = coordinator("cancelled", -1, 2, 0, Optional.empty())) {
      String runId = begin(coordinator, Map.of("iterations", "100000")).getRunId();
      TrainingRunChanged _ = await(coordinator, runId, run -> run.getPhase().equals("train"));
      TrainingRunChanged ended = coordinator.cancel(runId, "enough");
      assertEquals(TrainingRunState.CANCELLED, ended.getState());
      assertEquals("enough", ended.getReason());
      assertEquals("", ended.getGeneration());
      assertRefused(
          () -> coordinator.cancel(runId, "again"), CommandRefusedException.Kind.CONFLICT);
      assertRefused(() -> coordinator.cancel("run-0", "why"), CommandRefusedException.Kind.UNKNOWN);
    }
  }

  @Test
  void failsWithTheReasonOnUnusableLabels() throws Exception {
    assertFails("few", options("few", -1, 100, 0, Optional.empty()), Map.of(), "too few labels");
    assertFails(
        "full",
        options("full", -1, 2, Long.MAX_VALUE, Optional.empty()),
        Map.of(),
        "the disk is full");
    assertFails(
        "diverged",
        withTeacher(options("diverged", -1, 2, 0, Optional.empty()), uselessTeacher()),
        Map.of("objectives.preservation", "1"),
        "gave loss");
    try (RunCoordinator coordinator = coordinator("bad", -1, 2, 0, Optional.empty())) {
      awaitLeading(coordinator);
      assertRefused(
          () -> coordinator.begin("asked for", Map.of("no.such", "1")),
          CommandRefusedException.Kind.INVALID);
      assertRefused(
          () -> coordinator.begin("asked for", Map.of("network", "resnet50")),
          CommandRefusedException.Kind.INVALID);
    }
  }

  /// As a former release, or anyone with access to the topic, may have written it.
  @Test
  void failsOnlyTheRunThatCannotBeResumed() throws Exception {
    String runId = "run-20200101-000000-abcd";
    for (String base : List.of("no generation has such a name!", "g-unknown")) {
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
        TrainingRunChanged run =
            TrainingRunChanged.newBuilder()
                .setRunId(runId)
                .setState(TrainingRunState.RUNNING)
                .setBaseGeneration(base)
                .build();
        producer
            .send(new ProducerRecord<>("training-runs", runId.getBytes(UTF_8), run.toByteArray()))
            .get();
      }
      try (RunCoordinator coordinator = coordinator("hostile", 1, 2, 0, Optional.empty())) {
        TrainingRunChanged ended = await(coordinator, runId, RunCoordinatorTest::ended);
        assertEquals(TrainingRunState.FAILED, ended.getState());
        assertTrue(ended.getReason().contains("can't be resumed"), ended.getReason());
        awaitLeading(coordinator);
      }
    }
  }

  @Test
  void startsARunBySchedule() throws Exception {
    RunOptions options = options("triggered", 1, 100, 0, Optional.of(Duration.ofSeconds(1)));
    try (RunCoordinator coordinator =
        new RunCoordinator(
            kafka, PROVISIONER, options, rollout.rollout(), InstantSource.system())) {
      coordinator.start(new Workers(new SimpleMeterRegistry()));
      topics.label("one-more", LabelledTopics.photo("triangle-0", "triangle"));
      Await.until(
          "a run is begun",
          MAX,
          () ->
              coordinator.view().runs().stream().anyMatch(r -> r.getTrigger().equals("every 1s")));
      String runId = coordinator.view().runs().getFirst().getRunId();
      assertEquals(
          TrainingRunState.FAILED, await(coordinator, runId, RunCoordinatorTest::ended).getState());
    } finally {
      topics.remove("labels", "one-more");
    }
  }
}
