package io.sketchstream.training.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.training.data.HeldOutClasses;
import io.sketchstream.training.rollout.HoldOut.Examples;
import io.sketchstream.training.rollout.HoldOut.Query;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of the classes `c0` to `c11`, `c0`, `c4` and `c10` hash below 0.2; each has three photos and two
/// sketches.
final class LabelledHoldOutTest {
  private static final int CLASSES = 12;
  private static final Set<String> HELD_OUT = Set.of("c0", "c4", "c10");

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private static Map<String, Object> kafka;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      new TopicProvisioner(2, (short) 1).createPermanent(admin);
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int c = 0; c < CLASSES; c++) {
        for (int i = 0; i < 3; i++) {
          label(
              producer, c, ExampleLabelled.newBuilder().setImageId("image-%d-%d".formatted(c, i)));
        }
        for (int i = 0; i < 2; i++) {
          ByteString drawing = ByteString.copyFromUtf8("drawing-%d-%d".formatted(c, i));
          label(
              producer,
              c,
              ExampleLabelled.newBuilder().setSketch(Sketch.newBuilder().setRaster(drawing)));
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static void label(
      KafkaProducer<byte[], byte[]> producer, int number, ExampleLabelled.Builder example)
      throws Exception {
    ExampleLabelled label = example.setClassName("c" + number).build();
    byte[] id = Integer.toHexString(label.hashCode()).getBytes(UTF_8);
    producer.send(new ProducerRecord<>("labels", id, label.toByteArray())).get();
  }

  @Test
  void takesOnlyWhatTheTrainingLeftOut() {
    Examples examples = examples(100, 6, 3, .2);
    assertEquals(HELD_OUT, queried(examples));
    assertEquals(HELD_OUT, Set.copyOf(examples.images().values()));
    assertEquals(6, examples.queries().size());
    assertEquals(9, examples.images().size());
    assertEquals("of 3 classes held out from its training", examples.scope());
  }

  @Test
  void takesAllAndSaysWhyWhereTooFewAreHeldOut() {
    Examples sketches = examples(100, 7, 3, .2);
    assertEquals(CLASSES, queried(sketches).size());
    assertEquals(3 * CLASSES, sketches.images().size());
    assertEquals(
        "of all classes: only 6, of 3 classes, were held out from its training", sketches.scope());
    assertEquals(CLASSES, queried(examples(100, 6, 4, .2)).size());
  }

  @Test
  void takesAllForAModelThatSaysNothingOfItsTraining() {
    Examples examples = examples(100, 6, 3, 0);
    assertEquals(CLASSES, queried(examples).size());
    assertEquals("of all classes", examples.scope());
  }

  @Test
  void takesTheSameSampleEachTime() {
    Examples examples = examples(4, 6, 3, .2);
    assertEquals(4, examples.queries().size());
    assertEquals(examples, examples(4, 6, 3, .2));
  }

  private static Examples examples(int queriesMax, int queriesMin, int classesMin, double share) {
    return new LabelledHoldOut(
            kafka, new LabelledHoldOut.Options(queriesMax, queriesMin, classesMin))
        .examples(new HeldOutClasses(share));
  }

  private static Set<String> queried(Examples examples) {
    return examples.queries().stream().map(Query::className).collect(Collectors.toSet());
  }
}
