package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.events.EmbedProgress;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.store.ArtifactStore;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.EmptyKafka;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A rollout controller at a broker. The embed and query services are played by committing their
/// offsets.
abstract class RolloutFixture {
  static final TopicProvisioner PROVISIONER = new TopicProvisioner(2, (short) 1);

  static final Duration MAX = Duration.ofSeconds(60);

  @TempDir Path home;

  private static EmbeddedBroker broker;

  Admin admin;

  KafkaProducer<byte[], byte[]> producer;

  /// Whether the embed service says that it has compared the embeddings with the images.
  boolean compared = true;

  @BeforeAll
  static void startBroker(@TempDir Path home) {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start() {
    admin = Admin.create(settings());
    PROVISIONER.createPermanent(admin);
    producer =
        new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() throws Exception {
    producer.close();
    admin.close();
    EmptyKafka.clear(settings());
  }

  /// The models of these tests have no files.
  static final class UncheckedArtifacts implements ArtifactStore {
    @Override
    public URI keep(ModelArtifact artifact) {
      throw new UnsupportedOperationException();
    }

    @Override
    public URI take(ModelArtifact artifact) {
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

  static RolloutOptions options() {
    return new RolloutOptions(
        Optional.empty(),
        Optional.empty(),
        true,
        Duration.ofMillis(50),
        Duration.ofSeconds(2),
        true);
  }

  RolloutController controller() {
    RolloutController controller =
        new RolloutController(
            settings(),
            PROVISIONER,
            new ModelStore(new UncheckedArtifacts()),
            new NoJudge(),
            options());
    controller.start(new Workers(new SimpleMeterRegistry()));
    return controller;
  }

  static Map<String, Object> settings() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  void image(String id) throws Exception {
    producer.send(new ProducerRecord<>("images", 0, id.getBytes(UTF_8), new byte[0])).get();
  }

  /// What the embed and the query service do for a generation, as far as Kafka sees it.
  void play(String generation, long imagesEnd) throws Exception {
    Generation g = new Generation(generation);
    String topic = Topics.imageEmbeddings(g).name();
    PROVISIONER.createEmbeddings(admin, g);
    producer.send(new ProducerRecord<>(topic, 0, "a".getBytes(UTF_8), new byte[0])).get();
    commit(g.embedGroup(), "images", imagesEnd);
    commit(g.queryApplication(), topic, 1);
  }

  void commit(String group, String topic, long offset) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    offsets.put(
        new TopicPartition(topic, 0),
        new OffsetAndMetadata(offset, new EmbedProgress(compared, 0, 0, 0, "").metadata()));
    admin.alterConsumerGroupOffsets(group, offsets).all().get();
  }

  static ModelState register(RolloutController controller, String generation) throws Exception {
    return controller
        .decide(RolloutRulesTest.register(generation, "a test"))
        .find(generation)
        .orElseThrow()
        .getState();
  }

  static ModelState state(RolloutController controller, String generation) {
    return controller.view().state().find(generation).orElseThrow().getState();
  }

  static String active(RolloutController controller) {
    return controller.view().state().active().map(m -> m.getGeneration()).orElse("");
  }

  static void awaitLeading(RolloutController controller) throws Exception {
    await("this one leads", () -> controller.view().leads());
  }

  static void awaitProgress(RolloutController controller, String generation) throws Exception {
    await(
        "the lag of " + generation + " is seen",
        () -> {
          var progress = controller.view().progress().get(generation);
          return progress != null && progress.imagesToEmbed() == 1;
        });
  }

  static void awaitState(RolloutController controller, String generation, ModelState expected)
      throws Exception {
    await(
        generation + " is " + expected,
        () ->
            controller.view().state().find(generation).map(m -> m.getState()).orElse(null)
                == expected);
  }

  static void await(String what, Callable<Boolean> condition) {
    Await.until(what, MAX, condition);
  }
}
