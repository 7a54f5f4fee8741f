package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.events.TrainingRunChanged;
import io.sketchstream.events.TrainingRunState;
import io.sketchstream.shell.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Any client may write to `training-runs`; the run under way is not lost by that.
final class RunLogTest {
  private static final String CURRENT = "run-20260301-120000-4f2a";
  private static final Predicate<String> NONE_HERE = _ -> false;

  @TempDir Path home;

  @Test
  void recordsOfOthersNeitherPushOutNorChangeTheRunUnderWay() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home)) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        new TopicProvisioner(1, (short) 1).createPermanent(admin);
      }
      KafkaClients clients = new KafkaClients(kafka);
      TrainingRunChanged current = run(CURRENT, TrainingRunState.RUNNING);
      try (RunLog log = new RunLog(clients, NONE_HERE);
          KafkaProducer<byte[], byte[]> others =
              new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
        log.lead();
        log.publish(current);
        for (int i = 0; i < RunLog.RUNS_MAX + 50; i++) {
          write(others, id(i), run(id(i), state(i)).toByteArray());
        }
        write(others, CURRENT, null);
        write(others, CURRENT, run(CURRENT, TrainingRunState.FAILED).toByteArray());
        others.flush();
        TrainingRunChanged later = current.toBuilder().setPhaseDone(7).build();
        log.publish(later);
        assertEquals(Optional.of(later), log.find(CURRENT));
        assertTrue(log.runs().size() <= RunLog.RUNS_MAX, log.runs().size() + " are held");
      }
      try (RunLog next = new RunLog(clients, NONE_HERE)) {
        while (!next.isCaughtUp()) {
          next.poll(Duration.ofMillis(100));
        }
        assertEquals(7, next.find(CURRENT).map(TrainingRunChanged::getPhaseDone).orElse(-1));
      }
    }
  }

  @Test
  void runsThatAreHereAreTheLastToBeForgotten() {
    SortedMap<String, TrainingRunChanged> runs = new TreeMap<>();
    Predicate<String> isHere = CURRENT::equals;
    runs = with(runs, run(CURRENT, TrainingRunState.RUNNING), isHere);
    for (int i = 0; i < 2 * RunLog.RUNS_MAX; i++) {
      runs = with(runs, run(id(i), TrainingRunState.RUNNING), isHere);
    }
    assertEquals(RunLog.RUNS_MAX, runs.size());
    assertTrue(runs.containsKey(CURRENT));
    assertFalse(RunLog.forgotten(runs.values(), CURRENT).contains(CURRENT));
  }

  @Test
  void refusesIdsWithoutATimeAndLargeRecords() {
    assertFalse(RunId.isValid("run-99999999-999999-ffff"));
    assertFalse(RunId.isValid("run-20260230-120000-4f2a"));
    assertTrue(RunId.isValid(CURRENT));
    TrainingRunChanged large =
        run(CURRENT, TrainingRunState.FAILED).toBuilder()
            .setReasonBytes(ByteString.copyFrom(new byte[RunLog.RUN_SIZE_MAX]))
            .build();
    assertThrows(IllegalArgumentException.class, () -> with(new TreeMap<>(), large, NONE_HERE));
  }

  private static SortedMap<String, TrainingRunChanged> with(
      SortedMap<String, TrainingRunChanged> runs,
      TrainingRunChanged run,
      Predicate<String> isOurs) {
    return RunLog.with(runs, run.getRunId(), run, isOurs);
  }

  private static TrainingRunState state(int i) {
    return i % 2 == 0 ? TrainingRunState.RUNNING : TrainingRunState.FAILED;
  }

  private static String id(int i) {
    return "run-20990101-000000-%04x".formatted(i);
  }

  private static TrainingRunChanged run(String id, TrainingRunState state) {
    return TrainingRunChanged.newBuilder().setRunId(id).setState(state).build();
  }

  private static void write(KafkaProducer<byte[], byte[]> producer, String key, byte[] value) {
    var _ =
        producer.send(
            new ProducerRecord<>(Topics.TRAINING_RUNS.name(), 0, key.getBytes(UTF_8), value));
  }
}
