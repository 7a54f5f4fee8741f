package io.sketchstream.query.webhooks;

import io.sketchstream.query.webhooks.Receivers.Receiver;
import io.sketchstream.shell.threads.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Calls webhooks, each at most once at a time and one match a turn. Those that have failed or are
/// slow share separate threads, so that the others do not wait for them.
///
/// **Threads:** owns `query-webhook-*`: platform threads, as the time to resolve a name can't be
/// bounded and would block a carrier of virtual threads. The queue is bounded by the number of
/// webhooks. **Owns:** the connections.
final class Callers implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Callers.class);
  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final Duration IDLE_MAX = Duration.ofSeconds(30);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final WebhookCall call;
  private final WebhookMetrics metrics;
  private final InstantSource clock;
  private final ThreadPoolExecutor swift;
  private final ThreadPoolExecutor slow;
  private volatile boolean closed;

  Callers(WebhookOptions options, WebhookMetrics metrics, InstantSource clock) {
    this.call = new WebhookCall(options);
    this.metrics = metrics;
    this.clock = clock;
    int half = Math.max(1, options.concurrentMax() / 2);
    this.swift = pool("query-webhook-", Math.max(1, options.concurrentMax() - half));
    this.slow = pool("query-webhook-slow-", half);
  }

  private static ThreadPoolExecutor pool(String name, int size) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_MAX.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Threads.named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /// Calls a webhook on another thread, if it has a match to send and is due.
  void callIfDue(Webhook webhook) {
    if (closed || !webhook.begin()) {
      return;
    }
    try {
      (webhook.isSlow() ? slow : swift).execute(() -> call(webhook));
    } catch (RejectedExecutionException _) { // Closed meanwhile.
      webhook.ended();
    }
  }

  private void call(Webhook webhook) {
    try {
      Optional<Delivery> next = closed ? Optional.empty() : webhook.next();
      if (next.isPresent()) {
        call(webhook, next.get());
      }
    } finally {
      webhook.ended();
    }
    callIfDue(webhook);
  }

  private void call(Webhook webhook, Delivery delivery) {
    Receiver receiver = webhook.receiver();
    long start = System.nanoTime();
    try {
      byte[] body = delivery.body();
      call.post(receiver.url(), delivery.headers(body, receiver.secret(), clock.instant()), body);
      webhook.delivered(delivery, System.nanoTime() - start > SLOW.toNanos());
      metrics.delivered();
    } catch (IOException | RuntimeException e) { // A bug must not keep it from being given up.
      if (!closed) {
        failed(webhook, e);
      }
    }
  }

  private void failed(Webhook webhook, Exception failure) {
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    String id = webhook.receiver().queryId();
    LOG.debugf(failure, "webhook of standing query %s", id);
    metrics.failed();
    if (webhook.failed(reason, clock.instant())) {
      metrics.stopped();
      LOG.warnf("the webhook of standing query %s is no longer called: %s", id, reason);
    }
  }

  /// Waits a moment for running calls, then ends them.
  @Override
  public void close() {
    closed = true;
    swift.shutdown();
    slow.shutdown();
    try {
      boolean _ = swift.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      call.close();
    }
  }
}
