package io.sketchstream.training.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.encoder.network.Classifier;
import io.sketchstream.encoder.network.Libtorch;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.trainer.train.RandomWeights;
import io.sketchstream.training.TinyModel;
import io.sketchstream.training.labels.DatasetBuilder;
import io.sketchstream.training.labels.LabelledTopics;
import io.sketchstream.training.leadership.CommandRefusedException;
import io.sketchstream.training.rollout.TestRollout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// A run coordinator over labelled drawings, with a tiny model as the active one.
abstract class RunFixture {
  static final TopicProvisioner PROVISIONER = new TopicProvisioner(2, (short) 1);

  static final Duration MAX = Duration.ofMinutes(3);

  static final Map<String, String> SHORT =
      Map.of(
          "iterations",
          "3",
          "classesPerBatch",
          "2",
          "picturesPerDomain",
          "1",
          "runs",
          "1",
          "schedule.warmUp",
          "0",
          "unlabelledPerBatch",
          "2");

  @TempDir static Path home;

  static EmbeddedBroker broker;

  static Map<String, Object> kafka;

  static TestRollout rollout;

  static LabelledTopics topics;

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
    TinyDataset.write(home.resolve("others"), 6, 4, 17);
    try (Stream<Path> files = Files.walk(home.resolve("others").resolve("photos"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        topics.image(
            "unlabelled-" + file.getParent().getFileName() + file.getFileName(),
            Files.readAllBytes(file));
      }
    }
    rollout =
        new TestRollout(
            kafka,
            PROVISIONER,
            home.resolve("store"),
            Optional.of(TinyModel.write(home.resolve("base"), 3)));
    Await.until("a generation is active", MAX, () -> rollout.rollout().active().isPresent());
  }

  @AfterAll
  static void stop() {
    rollout.close();
    topics.close();
    broker.close();
  }

  static RunOptions withTeacher(RunOptions options, Path teacher) {
    return new RunOptions(
        options.home(),
        options.every(),
        options.newLabels(),
        options.dataset(),
        options.gate(),
        options.heldOut(),
        new RunOptions.Learning(SHORT, Optional.of(teacher), 1, 5, Duration.ofMillis(1), 3));
  }

  /// Its logits overflow, so its answers are NaN, and so is the loss.
  static Path uselessTeacher() throws Exception {
    Network network = Network.named("efficientnet_lite0");
    Classifier classifier = network.classifier().orElseThrow();
    float[] weight = new float[classifier.classes() * network.dimension()];
    float[] bias = new float[classifier.classes()];
    Arrays.fill(weight, Float.MAX_VALUE);
    Arrays.fill(bias, Float.MAX_VALUE);
    Path directory = Files.createDirectories(home.resolve("teacher"));
    RandomWeights.of(network, 1)
        .with(
            classifier.weight(),
            new Tensor(List.of(classifier.classes(), network.dimension()), weight))
        .with(classifier.bias(), new Tensor(List.of(classifier.classes()), bias))
        .write(directory.resolve("model.safetensors"), Weights.Storage.FP32);
    Files.writeString(directory.resolve("reference.json"), "{\"network\": \"efficientnet_lite0\"}");
    return directory;
  }

  static void assertFails(
      String name, RunOptions options, Map<String, String> overrides, String reason)
      throws Exception {
    try (RunCoordinator coordinator =
        new RunCoordinator(
            kafka, PROVISIONER, options, rollout.rollout(), InstantSource.system())) {
      coordinator.start(new Workers(new SimpleMeterRegistry()));
      String runId = begin(coordinator, overrides).getRunId();
      TrainingRunChanged ended = await(coordinator, runId, RunFixture::ended);
      assertEquals(TrainingRunState.FAILED, ended.getState(), name);
      assertTrue(ended.getReason().contains(reason), ended.getReason());
      assertEquals("", ended.getGeneration());
    }
  }

  static RunCoordinator coordinator(
      String name, double margin, int classesMin, long diskFreeMin, Optional<Duration> every) {
    RunCoordinator coordinator =
        new RunCoordinator(
            kafka,
            PROVISIONER,
            options(name, margin, classesMin, diskFreeMin, every),
            rollout.rollout(),
            InstantSource.system());
    coordinator.start(new Workers(new SimpleMeterRegistry()));
    return coordinator;
  }

  static RunOptions options(
      String name, double margin, int classesMin, long diskFreeMin, Optional<Duration> every) {
    return new RunOptions(
        home.resolve(name),
        every,
        0,
        new DatasetBuilder.Options(2, classesMin, 100, 10_000, 100, diskFreeMin),
        new GateOptions(
            margin, .9, 10, 1), // Pictures of noise; what is lost elsewhere is for GateTest.
        new RunOptions.HeldOut(new HeldOutExamples(.2), 4, 2),
        new RunOptions.Learning(SHORT, Optional.empty(), 1, 5, Duration.ofMillis(1), 3));
  }

  static TrainingRunChanged begin(RunCoordinator coordinator, Map<String, String> overrides)
      throws Exception {
    awaitLeading(coordinator);
    return coordinator.begin("asked for", overrides);
  }

  static void awaitLeading(RunCoordinator coordinator) {
    Await.until(
        "it leads", MAX, () -> coordinator.view().leads(), () -> coordinator.view().toString());
  }

  static boolean ended(TrainingRunChanged run) {
    return run.getState() != TrainingRunState.RUNNING;
  }

  static TrainingRunChanged await(
      RunCoordinator coordinator, String runId, Predicate<TrainingRunChanged> condition) {
    AtomicReference<TrainingRunChanged> found = new AtomicReference<>();
    Await.until(
        runId + " is as expected",
        MAX,
        () -> {
          coordinator.view().runs().stream()
              .filter(r -> r.getRunId().equals(runId))
              .findFirst()
              .ifPresent(found::set);
          return found.get() != null && condition.test(found.get());
        },
        () -> found.get() + ", " + coordinator.view().trouble());
    return found.get();
  }

  static void assertRefused(Executable request, CommandRefusedException.Kind kind) {
    CommandRefusedException refused = assertThrows(CommandRefusedException.class, request);
    assertEquals(kind, refused.kind(), refused::getMessage);
  }
}
