package io.sketchstream.training.leadership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LeaderLoopTest {
  private final AtomicInteger shown = new AtomicInteger();

  @Test
  void answersOnceTheDecisionIsVisible() throws Exception {
    AtomicInteger state = new AtomicInteger();
    LeaderLoop<AtomicInteger, Integer> loop =
        new LeaderLoop<>(
            "test-loop",
            "the loop",
            new LeaderLoop.Work() {
              @Override
              public void follow() {}

              @Override
              public void failed(String reason) {}
            });
    CompletableFuture<Integer> first = seen(loop.ask(AtomicInteger::incrementAndGet));
    CompletableFuture<Integer> second = seen(loop.ask(AtomicInteger::incrementAndGet));
    loop.answer(state, () -> shown.set(state.get()));
    assertEquals(1, first.get(10, TimeUnit.SECONDS));
    assertEquals(2, second.get(10, TimeUnit.SECONDS));
  }

  private CompletableFuture<Integer> seen(CompletableFuture<Integer> answer) {
    return answer.thenApply(_ -> shown.get());
  }
}
