package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sha256;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.training.labels.LabelledQueries.Query;
import io.sketchstream.training.labels.LabelledQueries.Sample;
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

/// Classes of three photos and two sketches each.
final class LabelledQueriesTest {
  private static final int CLASSES = 12;
  private static final double SHARE = .3;

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
  void usesOnlyHeldOutExamples() {
    Set<String> heldOut = heldOut();
    assertTrue(heldOut.size() > 2 && heldOut.size() < 2 * CLASSES, heldOut::toString);
    Sample examples = examples(100, heldOut.size(), SHARE);
    assertEquals(heldOut, ids(examples));
    assertEquals(3 * CLASSES, examples.images().size());
    assertEquals("held out from its training", examples.scope());
  }

  @Test
  void usesAllWithTheReasonWhenTooFewAreHeldOut() {
    int count = heldOut().size();
    Sample sketches = examples(100, count + 1, SHARE);
    assertEquals(2 * CLASSES, sketches.queries().size());
    assertEquals(
        "of all that are labelled: only %d were held out from its training".formatted(count),
        sketches.scope());
  }

  /// Ids of the sketches that a training of this share leaves out.
  private static Set<String> heldOut() {
    return ids(examples(100, 0, 0)).stream()
        .filter(id -> new HeldOutExamples(SHARE).contains(id + ".sketch"))
        .collect(Collectors.toSet());
  }

  private static Set<String> ids(Sample examples) {
    return examples.queries().stream()
        .map(query -> Sha256.hex(query.sketch().toByteArray()))
        .collect(Collectors.toSet());
  }

  @Test
  void usesAllForAModelWithoutTrainingData() {
    Sample examples = examples(100, 6, 0);
    assertEquals(CLASSES, queried(examples).size());
    assertEquals("of all that are labelled", examples.scope());
  }

  @Test
  void drawsTheSameSampleEachTime() {
    Sample examples = examples(2, 2, SHARE);
    assertEquals(2, examples.queries().size());
    assertEquals(examples, examples(2, 2, SHARE));
  }

  /// One person says "cat", another "not cat": neither a run nor a comparison uses the picture.
  @Test
  void leavesOutDisputedExamples() throws Exception {
    Sample before = examples(100, 6, 0);
    Query disputed = before.queries().getFirst();
    String image = before.images().keySet().iterator().next();
    ExampleLabelled.Builder notThatSketch =
        ExampleLabelled.newBuilder()
            .setSketch(disputed.sketch())
            .setClassName(disputed.className())
            .setWrong(true);
    ExampleLabelled.Builder notThatImage =
        ExampleLabelled.newBuilder()
            .setImageId(image)
            .setClassName(before.images().get(image))
            .setWrong(true);
    try (LabelledTopics topics = new LabelledTopics(kafka)) {
      topics.label("not-that-sketch", notThatSketch);
      topics.label("not-that-image", notThatImage);
      Sample after = examples(100, 6, 0);
      assertFalse(after.queries().contains(disputed));
      assertFalse(after.images().containsKey(image));
      assertEquals(before.queries().size() - 1, after.queries().size());
      topics.remove("labels", "not-that-sketch");
      topics.remove("labels", "not-that-image");
    }
    assertEquals(before, examples(100, 6, 0));
  }

  @Test
  void spreadsTheSampleOverTheClasses() {
    assertEquals(CLASSES, queried(examples(CLASSES, 6, 0)).size());
  }

  private static Sample examples(int queriesMax, int queriesMin, double share) {
    return new LabelledQueries(
            new TopicReader(kafka, "test-labels"),
            new LabelledQueries.Options(queriesMax, queriesMin, 10_000))
        .sample(new HeldOutExamples(share));
  }

  private static Set<String> queried(Sample examples) {
    return examples.queries().stream().map(Query::className).collect(Collectors.toSet());
  }
}
