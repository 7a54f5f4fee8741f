package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sketchstream.benchmarks.measure.KafkaSettings;
import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.SearchAnswered;
import io.sketchstream.events.SearchErrorCode;
import io.sketchstream.events.SearchRequest;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.SketchSubmitted;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Kafka client that has only the `.proto` and the address of a broker.
final class KafkaCallerTest {
  private static final int REPLY_PARTITION = 2;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @TempDir static Path directory;
  private static StandaloneProcess standalone;
  private static String position;
  private static Producer<String, SketchSubmitted> sketches;
  private static Consumer<String, SearchAnswered> results;

  @BeforeAll
  static void start() throws IOException {
    Path home = directory.resolve("home");
    standalone = StandaloneProcess.start(home, "--model", TestModel.directory().toString());
    try (GalleryClient gallery = new GalleryClient(standalone.address())) {
      position = gallery.put("drawing", Pictures.png(1)).position();
    }
    Map<String, Object> broker = KafkaSettings.of(home);
    sketches =
        new KafkaProducer<>(
            broker, new StringSerializer(), Topics.SKETCHES.valueSerde().serializer());
    results =
        new KafkaConsumer<>(
            broker, new StringDeserializer(), Topics.SEARCH_RESULTS.valueSerde().deserializer());
    TopicPartition replies = new TopicPartition(Topics.SEARCH_RESULTS.name(), REPLY_PARTITION);
    results.assign(List.of(replies));
    results.seekToEnd(List.of(replies));
    results.position(replies);
  }

  @AfterAll
  static void stop() {
    if (sketches != null) {
      sketches.close();
      results.close();
    }
    if (standalone != null) {
      standalone.close();
    }
  }

  @Test
  void readsTheAnswerFromTheRequestedPartition() {
    ConsumerRecord<String, SearchAnswered> record = ask(Pictures.png(1));
    SearchAnswered answer = record.value();
    assertFalse(answer.hasError(), answer::toString);
    assertEquals("drawing", answer.getHits(0).getImageId());
    assertEquals(record.key(), answer.getQueryId());
    assertEquals(answer.getShardsTotal(), answer.getShardsAnswered());
    assertFalse(answer.getTimingsList().isEmpty());
    assertEquals("1.0", EventHeaders.text(record.headers(), "ce_specversion"));
    assertEquals("sketchstream.v1.SearchAnswered", EventHeaders.text(record.headers(), "ce_type"));
    String trace = EventHeaders.text(record.headers(), EventHeaders.TRACEPARENT);
    assertTrue(trace.startsWith(TRACE.substring(0, 35)), "the trace is lost: " + trace);
  }

  @Test
  void receivesTheReasonForAnInvalidSketch() {
    SearchAnswered answer = ask("no image".getBytes(StandardCharsets.UTF_8)).value();
    assertEquals(SearchErrorCode.BAD_SKETCH, answer.getError().getCode());
    assertFalse(answer.getError().getMessage().isBlank());
  }

  /// The Python client of the documentation, verbatim, where its packages are installed.
  @Test
  void answersThePythonClientOfTheDocumentation() throws Exception {
    boolean possible =
        succeeds("/usr/bin/python3", "-c", "import confluent_kafka, google.protobuf")
            && succeeds("protoc", "--version")
            && Files.exists(Path.of("/usr/include/google/protobuf/timestamp.proto"));
    if (!possible) {
      System.out.println(
          "docs/python-client.py is not run: no confluent_kafka, protobuf or protoc");
    }
    Assumptions.assumeTrue(possible, "no Python Kafka client here");
    Path work = Files.createDirectories(directory.resolve("python"));
    Path contract = ServerProcess.ROOT.resolve("event-contracts/src/main/protobuf");
    assertTrue(
        succeeds(
            "protoc", "-I", contract.toString(), "--python_out=" + work, "sketchstream.proto"));
    Path sketch = Files.write(work.resolve("sketch.png"), Pictures.png(1));
    ask(Pictures.png(1)); // The image is searchable then.
    ProcessBuilder command =
        new ProcessBuilder(
                "/usr/bin/python3",
                ServerProcess.ROOT.resolve("docs/python-client.py").toString(),
                directory.resolve("home/kafka.properties").toString(),
                sketch.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile())
            .directory(work.toFile());
    command.environment().put("PYTHONPATH", work.toString());
    Process client = command.start();
    assertTrue(client.waitFor(60, TimeUnit.SECONDS));
    String output = Files.readString(work.resolve("output"));
    assertEquals(0, client.exitValue(), output);
    assertTrue(output.lines().findFirst().orElse("").endsWith(" drawing"), output);
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // No such program.
    }
  }

  private static ConsumerRecord<String, SearchAnswered> ask(byte[] sketch) {
    String queryId = UUID.randomUUID().toString();
    Instant now = Instant.now();
    SketchSubmitted submitted =
        SketchSubmitted.newBuilder()
            .setQueryId(queryId)
            .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFrom(sketch)))
            .setRequest(
                SearchRequest.newBuilder()
                    .setK(3)
                    .setReplyPartition(REPLY_PARTITION)
                    .addAllAfter(PositionTokens.parse(position))
                    .setSubmittedAt(timestamp(now))
                    .setDeadline(timestamp(now.plus(ANSWER_MAX))))
            .build();
    ProducerRecord<String, SketchSubmitted> record =
        new ProducerRecord<>(Topics.SKETCHES.name(), queryId, submitted);
    EventHeaders.describe(record.headers(), "a-test", SketchSubmitted.class, queryId, now);
    record.headers().add(EventHeaders.TRACEPARENT, TRACE.getBytes(StandardCharsets.UTF_8));
    sketches.send(record);
    return awaitAnswer(queryId);
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static ConsumerRecord<String, SearchAnswered> awaitAnswer(String queryId) {
    long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<String, SearchAnswered> record : results.poll(Duration.ofMillis(100))) {
        if (record.key().equals(queryId)) {
          return record;
        }
      }
    }
    throw new AssertionError("no answer to " + queryId + "\n" + standalone.process().report());
  }
}
