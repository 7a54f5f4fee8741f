package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Workers;
import io.sketchstream.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// The reader of `matches` fails and is started again.
final class MatchLogRestartTest extends StandingFixture {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final AtomicBoolean failed = new AtomicBoolean();

  @Test
  void tellsNoListenerAgainWhatItHasRead() throws Exception {
    try (MatchLog log = new MatchLog(100)) {
      Runnable _ = log.listen("", this::hear);
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
      assertFalse(log.isTold("boats", "a"));
    }
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
