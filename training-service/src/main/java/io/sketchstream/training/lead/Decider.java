package io.sketchstream.training.lead;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// The one thread that decides about a topic and writes it, and the bounded queue of what all
/// others ask of it. When Kafka fails it, it starts over by reading all anew.
///
/// **Threads:** one of its own works; any may ask. **Owns:** that thread and the queue.
///
/// @param <S> what a decision is made from
/// @param <A> what whoever asked gets
public final class Decider<S, A> {
  private static final Logger LOG = Logger.getLogger(Decider.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int REQUESTS_MAX = 64;

  private final Work work;
  private final Refusal refusal;
  private final String what;
  private final Thread thread;
  private final BlockingQueue<Request<S, A>> requests = new ArrayBlockingQueue<>(REQUESTS_MAX);
  private final CountDownLatch stopping = new CountDownLatch(1);

  /// What the thread does.
  public interface Work {
    /// Follows the topic and decides until [#isStopping].
    ///
    /// @throws KafkaException when it has to start over; an [IllegalStateException] says the same
    void follow() throws InterruptedException;

    /// It will start over.
    void failed(String reason);
  }

  /// The exceptions that tell whoever asked why not.
  ///
  /// @param type of what a decision throws when it refuses
  /// @param notHere makes one that says that this instance can't decide now
  public record Refusal(
      Class<? extends RuntimeException> type, Function<String, RuntimeException> notHere) {}

  private record Request<S, A>(Function<S, A> decision, CompletableFuture<A> answer) {}

  /// @param name of the thread
  /// @param what this is about, for sentences that begin with it
  public Decider(String name, String what, Work work, Refusal refusal) {
    this.work = work;
    this.what = what;
    this.refusal = refusal;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public boolean isAlive() {
    return thread.isAlive();
  }

  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /// Asks for a decision; the future has its outcome, or the refusal.
  public CompletableFuture<A> ask(Function<S, A> decision) {
    Request<S, A> request = new Request<>(decision, new CompletableFuture<>());
    if (isStopping() || !requests.offer(request)) {
      request.answer().completeExceptionally(notHere(what + " is busy or stopping"));
    }
    return request.answer();
  }

  /// Decides all that is asked by now. Only from the thread's own work.
  ///
  /// @param show makes what was decided visible to all; each answer comes after it, so that whoever
  ///   asked sees at once what came of it
  public void answer(S state, Runnable show) {
    for (Request<S, A> request = requests.poll(); request != null; request = requests.poll()) {
      try {
        A outcome = request.decision().apply(state);
        show.run();
        request.answer().complete(outcome);
      } catch (KafkaException | IllegalStateException e) {
        if (refusal.type().isInstance(e)) {
          request.answer().completeExceptionally(e);
        } else {
          request.answer().completeExceptionally(notHere("it failed: " + e.getMessage()));
          throw e;
        }
      } catch (RuntimeException e) {
        request.answer().completeExceptionally(e);
        if (!refusal.type().isInstance(e)) {
          throw e;
        }
      }
    }
  }

  /// Refuses all that is asked by now.
  public void refuseAll(String reason) {
    for (Request<S, A> request = requests.poll(); request != null; request = requests.poll()) {
      request.answer().completeExceptionally(notHere(reason));
    }
  }

  /// Ends the work and waits for it, whatever interrupts.
  public void stop() {
    stopping.countDown();
    Threads.join(thread);
    refuseAll(what + " is stopping");
  }

  private void run() {
    try {
      while (!isStopping()) {
        attempt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() throws InterruptedException {
    try {
      work.follow();
    } catch (KafkaException | IllegalStateException e) {
      if (!isStopping()) {
        LOG.warnf("%s starts over: %s", what, e.getMessage());
        work.failed(String.valueOf(e.getMessage()));
        refuseAll(what + " can't reach Kafka for the moment");
        boolean _ = stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private RuntimeException notHere(String reason) {
    return refusal.notHere().apply(reason);
  }
}
