package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.training.TinyModel;
import io.sketchstream.training.rollout.TestRollout;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs over a real broker and a real rollout, from labels in Kafka to a generation in `models`.
final class RunCoordinatorTest {
  private static final TopicProvisioner PROVISIONER = new TopicProvisioner(2, (short) 1);
  private static final Duration MAX = Duration.ofSeconds(90);
  private static final Map<String, String> SHORT =
      Map.of(
          "iterations", "3",
          "classesPerBatch", "2",
          "picturesPerDomain", "1",
          "runs", "1",
          "schedule.warmUp", "0");

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private static Map<String, Object> kafka;
  private static TestRollout rollout;
  private static LabelledTopics topics;

  @BeforeAll
  static void start() throws Exception {
    Libtorch.engine();
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      PROVISIONER.createPermanent(admin);
    }
    topics = new LabelledTopics(kafka);
    topics.fill(home.resolve("pictures"), 5, 4);
    rollout =
        new TestRollout(
            kafka,
            PROVISIONER,
            home.resolve("store"),
            Optional.of(TinyModel.write(home.resolve("base"), 3)));
    long deadline = System.nanoTime() + MAX.toNanos();
    while (rollout.rollout().active().isEmpty()) {
      assertTrue(System.nanoTime() < deadline, "no generation is active");
      LockSupport.parkNanos(10_000_000);
    }
  }

  @AfterAll
  static void stop() {
    rollout.close();
    topics.close();
    broker.close();
  }

  @Test
  void aBetterModelIsHandedToTheRolloutWithItsReport() throws Exception {
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
      other.start();
      TrainingRunChanged run = begin(coordinator, Map.of());
      assertRefused(coordinator.begin("again", Map.of()), RunRefusedException.Kind.CONFLICT);
      assertRefused(other.begin("there", Map.of()), RunRefusedException.Kind.NOT_HERE);
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
      assertEquals("examples", report.path("heldOut").asText());
      assertEquals(0, model.getHeldOutShare());
      assertTrue(Files.readString(stored.resolve("report.md")).contains("Too few classes"));
      assertTrue(Files.size(stored.resolve("report.png")) > 0);
      // The leader shows the end when it has tidied up.
      TrainingRunChanged _ = await(coordinator, run.getRunId(), RunCoordinatorTest::ended);
      Path left = home.resolve("better").resolve(run.getRunId());
      assertFalse(Files.exists(left.resolve("data/photos")), "pictures of an ended run stay");
      assertTrue(Files.exists(left.resolve("training/log-1.csv")));
    }
  }

  @Test
  void aModelThatIsNotBetterIsRejectedWithItsNumbers() throws Exception {
    String active = rollout.rollout().active().orElseThrow().id();
    RunOptions common = options("worse", 1, 2, 0, Optional.empty());
    RunOptions byClass =
        new RunOptions(
            common.home(),
            common.every(),
            common.newLabels(),
            common.dataset(),
            common.gate(),
            new RunOptions.HeldOut(.4, 2, 4), // Triangles and squares.
            common.learning());
    try (RunCoordinator coordinator =
        new RunCoordinator(
            kafka, PROVISIONER, byClass, rollout.rollout(), InstantSource.system())) {
      coordinator.start();
      TrainingRunChanged run = begin(coordinator, Map.of("seed", "9"));
      TrainingRunChanged ended = await(coordinator, run.getRunId(), RunCoordinatorTest::ended);
      assertEquals(TrainingRunState.NOT_BETTER, ended.getState(), ended.getReason());
      ModelChanged model = rollout.await(ended.getGeneration());
      assertEquals(ModelState.REJECTED, model.getState());
      assertTrue(model.getReason().contains("mAP"), model.getReason());
      assertEquals(.4, model.getHeldOutShare());
      assertEquals(active, rollout.rollout().active().orElseThrow().id());
    }
  }

  @Test
  void aStoppedRunGoesOnFromItsCheckpoint() throws Exception {
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
  void aCancelledRunEndsAndChangesNothing() throws Exception {
    try (RunCoordinator coordinator = coordinator("cancelled", -1, 2, 0, Optional.empty())) {
      String runId = begin(coordinator, Map.of("iterations", "100000")).getRunId();
      TrainingRunChanged _ = await(coordinator, runId, run -> run.getPhase().equals("train"));
      TrainingRunChanged ended = coordinator.cancel(runId, "enough").get(30, TimeUnit.SECONDS);
      assertEquals(TrainingRunState.CANCELLED, ended.getState());
      assertEquals("enough", ended.getReason());
      assertEquals("", ended.getGeneration());
      assertRefused(coordinator.cancel(runId, "again"), RunRefusedException.Kind.CONFLICT);
      assertRefused(coordinator.cancel("run-0", "why"), RunRefusedException.Kind.UNKNOWN_RUN);
    }
  }

  @Test
  void whatCannotBeLearnedFromEndsWithTheReason() throws Exception {
    assertFails("few", options("few", -1, 100, 0, Optional.empty()), Map.of(), "too few labels");
    assertFails(
        "full",
        options("full", -1, 2, Long.MAX_VALUE, Optional.empty()),
        Map.of(),
        "the disk is full");
    assertFails(
        "diverged",
        withTeacher(options("diverged", -1, 2, 0, Optional.empty()), uselessTeacher()),
        Map.of(),
        "gave loss");
    try (RunCoordinator coordinator = coordinator("bad", -1, 2, 0, Optional.empty())) {
      awaitLeading(coordinator);
      assertRefused(
          coordinator.begin("asked for", Map.of("no.such", "1")),
          RunRefusedException.Kind.BAD_REQUEST);
      assertRefused(
          coordinator.begin("asked for", Map.of("network", "resnet50")),
          RunRefusedException.Kind.BAD_REQUEST);
    }
  }

  @Test
  void aRunIsBegunBySchedule() throws Exception {
    RunOptions options = options("triggered", 1, 100, 0, Optional.of(Duration.ofSeconds(1)));
    try (RunCoordinator coordinator =
        new RunCoordinator(
            kafka, PROVISIONER, options, rollout.rollout(), InstantSource.system())) {
      coordinator.start();
      topics.label("one-more", LabelledTopics.photo("triangle-0", "triangle"));
      long deadline = System.nanoTime() + MAX.toNanos();
      while (coordinator.view().runs().stream().noneMatch(r -> r.getTrigger().equals("every 1s"))) {
        assertTrue(System.nanoTime() < deadline, "no run was begun");
        LockSupport.parkNanos(10_000_000);
      }
      String runId = coordinator.view().runs().getFirst().getRunId();
      assertEquals(
          TrainingRunState.FAILED, await(coordinator, runId, RunCoordinatorTest::ended).getState());
    } finally {
      topics.remove("labels", "one-more");
    }
  }

  private static RunOptions withTeacher(RunOptions options, Path teacher) {
    return new RunOptions(
        options.home(),
        options.every(),
        options.newLabels(),
        options.dataset(),
        options.gate(),
        options.heldOut(),
        new RunOptions.Learning(SHORT, Optional.of(teacher), 1, 5, 5, 3));
  }

  /// Its signals are no numbers, so no loss is one.
  private static Path uselessTeacher() throws Exception {
    SequencedMap<String, Tensor> rows = new LinkedHashMap<>();
    for (String label : List.of("triangle", "square", "pentagon", "hexagon", "heptagon")) {
      rows.put(label, new Tensor(List.of(2), new float[] {Float.NaN, Float.NaN}));
    }
    Path file = home.resolve("teacher.safetensors");
    new Weights(rows).write(file, Weights.Storage.FP32);
    return file;
  }

  private static void assertFails(
      String name, RunOptions options, Map<String, String> overrides, String reason)
      throws Exception {
    try (RunCoordinator coordinator =
        new RunCoordinator(
            kafka, PROVISIONER, options, rollout.rollout(), InstantSource.system())) {
      coordinator.start();
      String runId = begin(coordinator, overrides).getRunId();
      TrainingRunChanged ended = await(coordinator, runId, RunCoordinatorTest::ended);
      assertEquals(TrainingRunState.FAILED, ended.getState(), name);
      assertTrue(ended.getReason().contains(reason), ended.getReason());
      assertEquals("", ended.getGeneration());
    }
  }

  private static RunCoordinator coordinator(
      String name, double margin, int classesMin, long diskFreeMin, Optional<Duration> every) {
    RunCoordinator coordinator =
        new RunCoordinator(
            kafka,
            PROVISIONER,
            options(name, margin, classesMin, diskFreeMin, every),
            rollout.rollout(),
            InstantSource.system());
    coordinator.start();
    return coordinator;
  }

  private static RunOptions options(
      String name, double margin, int classesMin, long diskFreeMin, Optional<Duration> every) {
    return new RunOptions(
        home.resolve(name),
        every,
        0,
        new DatasetBuilder.Options(2, classesMin, 100, 10_000, diskFreeMin),
        new Gate.Options(margin, .95, 10, 200),
        new RunOptions.HeldOut(.2, 3, 4),
        new RunOptions.Learning(SHORT, Optional.empty(), 1, 5, 5, 3));
  }

  private static TrainingRunChanged begin(RunCoordinator coordinator, Map<String, String> overrides)
      throws Exception {
    awaitLeading(coordinator);
    return coordinator.begin("asked for", overrides).get(30, TimeUnit.SECONDS);
  }

  private static void awaitLeading(RunCoordinator coordinator) {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (!coordinator.view().leads()) {
      assertTrue(System.nanoTime() < deadline, coordinator.view()::toString);
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static boolean ended(TrainingRunChanged run) {
    return run.getState() != TrainingRunState.RUNNING;
  }

  private static TrainingRunChanged await(
      RunCoordinator coordinator, String runId, Predicate<TrainingRunChanged> condition) {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (true) {
      Optional<TrainingRunChanged> run =
          coordinator.view().runs().stream().filter(r -> r.getRunId().equals(runId)).findFirst();
      if (run.filter(condition).isPresent()) {
        return run.get();
      }
      if (System.nanoTime() > deadline) {
        return fail(runId + " is not as expected: " + run + ", " + coordinator.view().trouble());
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static void assertRefused(
      java.util.concurrent.Future<?> answer, RunRefusedException.Kind kind) {
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS));
    assertEquals(kind, ((RunRefusedException) refused.getCause()).kind(), refused::getMessage);
  }
}
