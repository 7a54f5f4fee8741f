package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.store.ArtifactStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embed and query services are played by committing their offsets.
final class RolloutControllerTest {
  private static final TopicProvisioner PROVISIONER = new TopicProvisioner(2, (short) 1);
  private static final Duration MAX = Duration.ofSeconds(60);

  @TempDir Path home;
  private final ScriptedJudge judge = new ScriptedJudge();
  private EmbeddedBroker broker;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    admin = Admin.create(settings());
    PROVISIONER.createPermanent(admin);
    producer =
        new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    producer.close();
    admin.close();
    broker.close();
  }

  @Test
  void rollsOutASecondModelGoesBackAndFreesTheThird() throws Exception {
    image("a");
    try (RolloutController controller = controller()) {
      awaitLeading(controller);
      assertEquals(ModelState.ACTIVE, register(controller, "g1"));
      play("g1", 1);

      assertEquals(ModelState.REGISTERED, register(controller, "g2"));
      awaitState(controller, "g2", ModelState.BACKFILLING);
      PROVISIONER.createEmbeddings(admin, new Generation("g2"));
      awaitProgress(controller, "g2");
      assertEquals("g1", active(controller));
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      assertEquals(ModelState.STANDBY, state(controller, "g1"));

      ask(controller, "rollback");
      assertEquals("g1", active(controller));
      assertEquals(ModelState.STANDBY, state(controller, "g2"));

      register(controller, "g3");
      awaitState(controller, "g3", ModelState.BACKFILLING);
      play("g3", 1);
      awaitState(controller, "g3", ModelState.ACTIVE);
      assertEquals(ModelState.RETIRED, state(controller, "g2"));
      await(
          "what g2 held is free",
          () -> {
            Set<String> groups =
                admin.listGroups().all().get().stream()
                    .map(GroupListing::groupId)
                    .collect(Collectors.toSet());
            return !admin.listTopics().names().get().contains("image-embeddings-g2")
                && !groups.contains("embed-g2")
                && !groups.contains("query-g2");
          });
      assertTrue(admin.listTopics().names().get().contains("image-embeddings-g1"));
    }
  }

  @Test
  void isLedByOneInstanceAndTakenOverByTheNext() throws Exception {
    RolloutController first = controller();
    try (first) {
      awaitLeading(first);
      register(first, "g1");
      try (RolloutController second = controller()) {
        await("the second follows", () -> "g1".equals(active(second)));
        assertFalse(second.view().leads());
        ExecutionException refused =
            assertThrows(ExecutionException.class, () -> register(second, "g2"));
        assertTrue(refused.getMessage().contains("another instance leads"), refused.getMessage());
        register(first, "g2");
        first.close();
        awaitLeading(second);
        awaitState(second, "g2", ModelState.BACKFILLING);
        assertEquals("g1", active(second));
      }
    }
  }

  @Test
  void refusesWhatAFormerLeaderWritesWhenItWakesUp() throws Exception {
    RolloutRules rules = new RolloutRules(InstantSource.system());
    try (RolloutLog former = new RolloutLog(settings())) {
      lead(former);
      former.publish(rules.register(former.state(), RolloutRulesTest.model("g1"), Map.of(), "x"));
      // It sleeps. Kafka forgets it, and another one takes over.
      admin
          .removeMembersFromConsumerGroup("rollout", new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
      try (RolloutLog next = new RolloutLog(settings())) {
        lead(next);
        assertEquals("g1", next.state().active().orElseThrow().getGeneration());
        next.publish(rules.register(next.state(), RolloutRulesTest.model("g2"), Map.of(), "x"));
        RolloutState stale = former.state();
        assertThrows(
            KafkaException.class,
            () ->
                former.publish(
                    rules.register(stale, RolloutRulesTest.model("g3"), Map.of(), "late")));
        next.poll(Duration.ofMillis(100));
        assertEquals(Set.of("g1", "g2"), next.state().models().keySet());
        assertEquals(ModelState.ACTIVE, next.state().models().get("g1").getState());
      }
    }
  }

  @Test
  void rejectsAModelWhoseArtifactIsGoneAndGoesOn() throws Exception {
    image("a");
    try (RolloutController controller =
        new RolloutController(
            settings(), PROVISIONER, new ModelStore(home.resolve("store")), options())) {
      controller.start();
      awaitLeading(controller);
      register(controller, "g1");
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.REJECTED);
      String reason = controller.view().state().models().get("g2").getReason();
      assertTrue(reason.startsWith("its artifact can't be used: there is no model"), reason);
      Path model = DefaultModel.unpack(home.resolve("model")).directory();
      String next = controller.keep(model).generation().id();
      controller
          .ask(rules ->
              state -> {
                try {
                  return rules.register(state, controller.keep(model), Map.of(), "a whole one");
                } catch (BrokenModelException | IOException e) {
                  throw new IllegalStateException(e);
                }
              })
          .get(30, TimeUnit.SECONDS);
      play(next, 1);
      awaitState(controller, next, ModelState.ACTIVE);
    }
  }

  @Test
  void rejectsACandidateThatAnswersWorse() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.5);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      String reason = controller.view().state().models().get("g2").getReason();
      assertTrue(reason.contains("mAP 0.500 live against 0.800"), reason);
    }
  }

  @Test
  void rejectsACandidateThatRefusesImages() throws Exception {
    for (int i = 0; i < 60; i++) {
      image("i" + i);
    }
    judge.map = Map.of("g1", 0.8, "g2", 0.9);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 60);
      for (int offset = 0; offset < 10; offset++) {
        refuse("g1", offset);
      }
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      for (int offset = 5; offset < 25; offset++) {
        refuse("g2", offset);
      }
      play("g2", 60);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      assertEquals(
          "worse than generation g1: of 60 images it can't embed 20, that one 10",
          controller.view().state().models().get("g2").getReason());
    }
  }

  @Test
  void rollsBackByItselfWhatTurnsOutWorse() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.9, "g3", 0.9);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      judge.map = Map.of("g1", 0.8, "g2", 0.3, "g3", 0.9);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      String reason = controller.view().state().models().get("g2").getReason();
      assertTrue(reason.startsWith("rolled back by itself to generation g1: mAP 0.300"), reason);

      // Errors do the same, whatever the labels say.
      register(controller, "g3");
      awaitState(controller, "g3", ModelState.BACKFILLING);
      play("g3", 1);
      awaitState(controller, "g3", ModelState.ACTIVE);
      judge.errorsAfter = 0.5;
      awaitState(controller, "g3", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      reason = controller.view().state().models().get("g3").getReason();
      assertTrue(reason.contains("50.0% of the searches fail"), reason);
    }
  }

  @Test
  void rollsBackByItselfWhatRefusesImagesThatTheOneBeforeItTakes() throws Exception {
    image("a");
    judge.map = Map.of("g1", 0.8, "g2", 0.8, "g3", 0.8);
    try (RolloutController controller = supervised()) {
      awaitLeading(controller);
      register(controller, "g1");
      play("g1", 1);
      register(controller, "g2");
      awaitState(controller, "g2", ModelState.BACKFILLING);
      refuse("g2", 0); // Before it is active: of no matter.
      play("g2", 1);
      awaitState(controller, "g2", ModelState.ACTIVE);
      for (int i = 1; i <= 100; i++) {
        image("after-" + i);
      }
      for (int offset = 1; offset <= 20; offset++) { // A bad sender: nobody's fault.
        refuse("g1", offset);
        refuse("g2", offset);
      }
      for (int offset = 21; offset <= 25; offset++) { // No more than the margin.
        refuse("g2", offset);
        refuse("g2", offset); // Written again after a crash.
      }
      commit("embed-g1", "images", 101);
      commit("embed-g2", "images", 101);
      awaitCounted(controller, new Judge.Refusals(100, 25, 20));
      refuse("g2", 101); // Not yet committed, so not counted.
      awaitCounted(controller, new Judge.Refusals(100, 25, 20));
      assertEquals("g2", active(controller));

      refuse("g2", 100);
      awaitState(controller, "g2", ModelState.REJECTED);
      assertEquals("g1", active(controller));
      assertEquals(
          "rolled back by itself to generation g1: since it is active, of 100 images it can't embed"
              + " 26, that one 20",
          controller.view().state().models().get("g2").getReason());
    }
  }

  /// What is counted of `g2`, which is active, and `g1`, the one before it.
  private void awaitCounted(RolloutController controller, Judge.Refusals expected)
      throws Exception {
    RolloutState state = controller.view().state();
    long activated = Supervision.changedMillis(state.active().orElseThrow());
    await(
        expected.toString(),
        () ->
            judge
                .refusals(state.models().get("g2"), state.models().get("g1"), activated)
                .equals(Optional.of(expected)));
  }

  /// A dead letter as the embed service writes it.
  private void refuse(String generation, long offset) throws Exception {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>("images-dead-letter", "x".getBytes(UTF_8), new byte[0]);
    EventHeaders.refuse(letter.headers(), "images", 0, offset, "a test");
    EventHeaders.setRefusedBy(letter.headers(), new Generation(generation));
    producer.send(letter).get();
  }

  private RolloutController supervised() {
    Supervision.Options supervision =
        new Supervision.Options(
            true, 0.02, 0.05, 0.05, Duration.ofMinutes(10), Duration.ofMillis(50));
    RolloutController controller =
        new RolloutController(
            settings(),
            PROVISIONER,
            new ModelStore(new UncheckedArtifacts()),
            judge,
            new RolloutOptions(
                Optional.empty(),
                Optional.empty(),
                true,
                Duration.ofMillis(50),
                Duration.ofSeconds(30),
                true,
                false,
                new LabelledHoldOut.Options(10, 1, 1),
                supervision));
    controller.start();
    return controller;
  }

  /// Says of each generation what it is told to; what is refused it counts.
  private final class ScriptedJudge implements Judge {
    private volatile Map<String, Double> map = Map.of();
    private volatile double errorsAfter;

    @Override
    public Comparison compare(ModelChanged candidate, ModelChanged reference) {
      return new Comparison(
          10, map.get(candidate.getGeneration()), map.get(reference.getGeneration()), "of tests");
    }

    @Override
    public OptionalDouble errorShare(long fromMillis, long toMillis) {
      boolean after = System.currentTimeMillis() - toMillis < 1000;
      return OptionalDouble.of(after ? errorsAfter : 0.01);
    }

    @Override
    public Optional<Refusals> refusals(
        ModelChanged candidate, ModelChanged reference, long sinceMillis)
        throws InterruptedException {
      return new RefusedImages(settings())
          .count(
              new Generation(candidate.getGeneration()),
              new Generation(reference.getGeneration()),
              sinceMillis);
    }
  }

  private static void lead(RolloutLog log) throws Exception {
    await(
        "leads",
        () -> {
          log.poll(Duration.ofMillis(50));
          return log.leads();
        });
  }

  /// The models of these tests have no files.
  private static final class UncheckedArtifacts implements ArtifactStore {
    @Override
    public URI keep(ModelArtifact artifact) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ModelArtifact fetch(URI uri, String sha256) {
      return null; // Nobody looks at it.
    }

    @Override
    public boolean owns(URI uri, String sha256) {
      return false;
    }

    @Override
    public void deleteWeights(URI uri, String sha256) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void forgetCopy(String sha256) {}

    @Override
    public Optional<byte[]> file(URI uri, String name) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private static RolloutOptions options() {
    return new RolloutOptions(
        Optional.empty(),
        Optional.empty(),
        true,
        Duration.ofMillis(50),
        Duration.ofSeconds(30),
        true);
  }

  private RolloutController controller() {
    RolloutController controller =
        new RolloutController(
            settings(), PROVISIONER, new ModelStore(new UncheckedArtifacts()), options());
    controller.start();
    return controller;
  }

  private Map<String, Object> settings() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private void image(String id) throws Exception {
    producer.send(new ProducerRecord<>("images", 0, id.getBytes(UTF_8), new byte[0])).get();
  }

  /// What the embed and the query service do for a generation, as far as Kafka sees it.
  private void play(String generation, long imagesEnd) throws Exception {
    Generation g = new Generation(generation);
    String topic = Topics.imageEmbeddings(g).name();
    PROVISIONER.createEmbeddings(admin, g);
    producer.send(new ProducerRecord<>(topic, 0, "a".getBytes(UTF_8), new byte[0])).get();
    commit(g.embedGroup(), "images", imagesEnd);
    commit(g.queryApplication(), topic, 1);
  }

  private void commit(String group, String topic, long offset) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    offsets.put(new TopicPartition(topic, 0), new OffsetAndMetadata(offset));
    admin.alterConsumerGroupOffsets(group, offsets).all().get();
  }

  private static ModelState register(RolloutController controller, String generation)
      throws Exception {
    return controller
        .ask(rules ->
            state -> rules.register(state, RolloutRulesTest.model(generation), Map.of(), "a test"))
        .get(30, TimeUnit.SECONDS)
        .models()
        .get(generation)
        .getState();
  }

  private static void ask(RolloutController controller, String reason) throws Exception {
    RolloutState after =
        controller.ask(rules -> state -> rules.rollback(state, reason)).get(30, TimeUnit.SECONDS);
    await("the view follows", () -> controller.view().state().equals(after));
  }

  private static ModelState state(RolloutController controller, String generation) {
    return controller.view().state().models().get(generation).getState();
  }

  private static String active(RolloutController controller) {
    return controller.view().state().active().map(m -> m.getGeneration()).orElse("");
  }

  private static void awaitLeading(RolloutController controller) throws Exception {
    await("this one leads", () -> controller.view().leads());
  }

  private static void awaitProgress(RolloutController controller, String generation)
      throws Exception {
    await(
        "the lag of " + generation + " is seen",
        () -> {
          var progress = controller.view().progress().get(generation);
          return progress != null && progress.imagesToEmbed() == 1;
        });
  }

  private static void awaitState(
      RolloutController controller, String generation, ModelState expected) throws Exception {
    await(
        generation + " is " + expected,
        () ->
            controller.view().state().find(generation).map(m -> m.getState()).orElse(null)
                == expected);
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        fail("not within " + MAX.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }
}
