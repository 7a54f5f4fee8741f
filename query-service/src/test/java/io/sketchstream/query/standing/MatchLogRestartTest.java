package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/// The reader of `matches` fails and is started again, or its topic is recreated.
final class MatchLogRestartTest extends StandingFixture {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final AtomicBoolean failed = new AtomicBoolean();

  @Test
  void tellsNoListenerAgainWhatItHasRead() throws Exception {
    try (MatchLog log = new MatchLog(100)) {
      Runnable _ = log.recent().listen("", match -> hear(match.event()));
      log.start(new KafkaClients(kafka()), new Workers(new SimpleMeterRegistry()));
      for (String image : List.of("a", "b")) {
        write(image, false);
        write(image, true);
        awaitHeard(image + " withdrawn");
      }
      CompletableFuture<Void> wish = log.readToEnd();
      write("fails", false);
      Await.until("its reader failed", failed::get);
      write("c", false);
      awaitHeard("c");
      assertEquals(List.of("a", "a withdrawn", "b", "b withdrawn", "c"), heard);
      Await.until("the topic is read to its end", wish::isDone);
      assertFalse(log.isReported("boats", "a"));
    }
  }

  /// Nothing of the former topic stays, and nothing of the new one is skipped.
  @Test
  void readsATopicThatWasMadeAnewFromItsBeginning() throws Exception {
    try (MatchLog log = new MatchLog(100)) {
      Runnable _ = log.recent().listen("", match -> hear(match.event()));
      log.start(new KafkaClients(kafka()), new Workers(new SimpleMeterRegistry()));
      for (int i = 0; i < 10; i++) {
        write("former" + i, false);
        awaitHeard("former" + i);
      }
      makeMatchesAnew();
      for (int i = 0; i < 40; i++) {
        write("present" + i, false);
      }
      for (int i = 0; i < 40; i++) {
        awaitHeard("present" + i);
        assertTrue(log.isReported("boats", "present" + i));
      }
      assertFalse(log.isReported("boats", "former0"));
    }
  }

  private void makeMatchesAnew() throws Exception {
    producer.close();
    String matches = Topics.MATCHES.name();
    admin.deleteTopics(List.of(matches)).all().get();
    Await.until("it is gone", () -> !admin.listTopics().names().get().contains(matches));
    new TopicProvisioner(PARTITIONS, (short) 1).createPermanent(admin);
    producer = new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer());
  }

  private void hear(StandingQueryMatched match) {
    if (match.getImageId().equals("fails") && failed.compareAndSet(false, true)) {
      throw new AssertionError("a bug");
    }
    heard.add(match.getImageId() + (match.getWithdrawn() ? " withdrawn" : ""));
  }

  private void awaitHeard(String what) {
    Await.until(what + " is heard", () -> heard.contains(what));
  }

  private void write(String imageId, boolean withdrawn) throws Exception {
    StandingQueryMatched match =
        StandingQueryMatched.newBuilder()
            .setQueryId("boats")
            .setImageId(imageId)
            .setWithdrawn(withdrawn)
            .build();
    producer
        .send(
            new ProducerRecord<>(
                Topics.MATCHES.name(), Topics.matchKey("boats", imageId), match.toByteArray()))
        .get();
  }
}
