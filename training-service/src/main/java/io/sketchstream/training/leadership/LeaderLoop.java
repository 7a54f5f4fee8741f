package io.sketchstream.training.leadership;

import io.sketchstream.shell.problem.Reasons;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.WorkerOptions;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The one thread that decides about a topic and writes it, and the bounded queue of requests to
/// it. When its work fails, it starts over and reads everything again.
///
/// **Threads:** a [Worker] works; any may ask. **Owns:** the worker and the queue.
///
/// @param <S> what a decision is made from
/// @param <A> the answer to a request
public final class LeaderLoop<S, A> {
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);

  /// A training step or a download is not cut off.
  private static final Duration STOP_MAX = Duration.ofMinutes(2);

  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
  private static final int REQUESTS_MAX = 64;

  private final Work work;
  private final String subject;
  private final String name;
  private final BlockingQueue<Request<S, A>> requests = new ArrayBlockingQueue<>(REQUESTS_MAX);
  private volatile Worker worker;

  /// The work of the thread.
  public interface Work {
    /// Follows the topic and decides until [#isStopping]; throws when it has to start over.
    void follow() throws InterruptedException;

    /// Called before it starts over.
    void failed(String reason);
  }

  private record Request<S, A>(Function<S, A> decision, CompletableFuture<A> answer) {}

  /// @param name of the thread
  /// @param subject what this is about; begins sentences
  public LeaderLoop(String name, String subject, Work work) {
    this.work = work;
    this.subject = subject;
    this.name = name;
  }

  public void start(Workers workers) {
    worker = workers.start(WorkerOptions.of(name).withBackoff(BACKOFF, BACKOFF_MAX), this::run);
  }

  public boolean isStopping() {
    Worker started = worker;
    return started != null && started.isStopping();
  }

  /// Asks for a decision; the future has the answer, or a [CommandRefusedException].
  public CompletableFuture<A> ask(Function<S, A> decision) {
    Request<S, A> request = new Request<>(decision, new CompletableFuture<>());
    if (isStopping() || !requests.offer(request)) {
      request.answer().completeExceptionally(notLeading(subject + " is busy or stopping"));
    }
    return request.answer();
  }

  /// Asks for a decision and waits for the answer.
  ///
  /// @throws CommandRefusedException when it is refused, or not answered in time
  public A call(Function<S, A> decision) {
    try {
      return ask(decision).get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandRefusedException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException _) {
      throw notLeading(subject + " does not answer");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw notLeading("interrupted while waiting for " + subject);
    }
  }

  /// Decides all requests so far. Only from the thread's own work.
  ///
  /// @param show makes a decision visible; each answer comes after it, so that whoever asked sees
  ///   the outcome at once
  public void answer(S state, Runnable show) {
    for (Request<S, A> request = requests.poll(); request != null; request = requests.poll()) {
      try {
        A answer = request.decision().apply(state);
        show.run();
        request.answer().complete(answer);
      } catch (CommandRefusedException e) {
        request.answer().completeExceptionally(e);
      } catch (RuntimeException e) {
        request.answer().completeExceptionally(notLeading(subject + " failed: " + Reasons.of(e)));
        throw e;
      }
    }
  }

  /// Refuses all requests so far.
  public void refuseAll(String reason) {
    for (Request<S, A> request = requests.poll(); request != null; request = requests.poll()) {
      request.answer().completeExceptionally(notLeading(reason));
    }
  }

  /// Reports that the work goes well. Only from the thread's own work.
  public void roundDone() {
    worker.roundDone();
  }

  /// Ends the work and waits for it, even when interrupted.
  public void stop() {
    Worker started = worker;
    if (started != null) {
      started.stop();
      boolean _ = started.join(STOP_MAX);
    }
    refuseAll(subject + " is stopping");
  }

  private void run(Worker self) throws InterruptedException {
    worker = self;
    try {
      work.follow();
    } catch (RuntimeException | Error | InterruptedException e) {
      if (!self.isStopping()) {
        work.failed(String.valueOf(e.getMessage()));
        refuseAll(subject + " is restarting: " + Reasons.of(e));
      }
      throw e;
    }
  }

  private static CommandRefusedException notLeading(String reason) {
    return new CommandRefusedException(CommandRefusedException.Kind.NOT_LEADING, reason);
  }
}
