package io.sketchstream.query.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts webhook calls by outcome, and the matches that wait.
///
/// **Threads:** any.
final class WebhookMetrics {
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger troubled = new AtomicInteger();
  private final Counter delivered;
  private final Counter failed;
  private final Counter stopped;

  WebhookMetrics(MeterRegistry registry) {
    delivered = calls(registry, "delivered");
    failed = calls(registry, "failed");
    stopped =
        Counter.builder("sketchstream.query.webhooks.stopped")
            .description("Webhooks that are no longer called after repeated failures")
            .register(registry);
    Gauge.builder("sketchstream.query.webhooks.waiting", waiting, AtomicInteger::get)
        .description("Matches in memory that wait for a webhook")
        .register(registry);
    Gauge.builder("sketchstream.query.webhooks.troubled", troubled, AtomicInteger::get)
        .description("Webhooks that are behind, fail or are no longer called")
        .register(registry);
  }

  private static Counter calls(MeterRegistry registry, String outcome) {
    return Counter.builder("sketchstream.query.webhooks.calls")
        .description("Calls of webhooks by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }

  void delivered() {
    delivered.increment();
  }

  void failed() {
    failed.increment();
  }

  void stopped() {
    stopped.increment();
  }

  void waits(int change) {
    waiting.addAndGet(change);
  }

  int waiting() {
    return waiting.get();
  }

  void troubled(int count) {
    troubled.set(count);
  }
}
