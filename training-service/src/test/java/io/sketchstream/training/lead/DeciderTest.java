package io.sketchstream.training.lead;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DeciderTest {
  private final AtomicInteger shown = new AtomicInteger();

  @Test
  void whoeverAskedSeesWhatCameOfIt() throws Exception {
    AtomicInteger state = new AtomicInteger();
    Decider<AtomicInteger, Integer> decider =
        new Decider<>(
            "decider",
            "the decider",
            new Decider.Work() {
              @Override
              public void follow() {}

              @Override
              public void failed(String reason) {}
            },
            new Decider.Refusal(IllegalArgumentException.class, IllegalStateException::new));
    CompletableFuture<Integer> first = seen(decider.ask(AtomicInteger::incrementAndGet));
    CompletableFuture<Integer> second = seen(decider.ask(AtomicInteger::incrementAndGet));
    decider.answer(state, () -> shown.set(state.get()));
    assertEquals(1, first.get(10, TimeUnit.SECONDS));
    assertEquals(2, second.get(10, TimeUnit.SECONDS));
  }

  private CompletableFuture<Integer> seen(CompletableFuture<Integer> answer) {
    return answer.thenApply(_ -> shown.get());
  }
}
