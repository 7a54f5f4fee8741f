package io.sketchstream.ingest.gallery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Processes the elements of a list, several at once.
public final class Parallel {
  private Parallel() {}

  /// Calls `work` once for each element on a few virtual threads and waits for all.
  ///
  /// @return the outcomes, in the order of the list
  /// @throws UnavailableException when interrupted
  public static <T, R> List<R> map(List<T> list, int concurrencyMax, Function<T, R> work) {
    AtomicInteger next = new AtomicInteger();
    List<R> outcomes = new ArrayList<>();
    list.forEach(_ -> outcomes.add(null));
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < Math.min(concurrencyMax, list.size()); i++) {
        workers.add(
            executor.submit(() -> {
              for (int n = next.getAndIncrement(); n < list.size(); n = next.getAndIncrement()) {
                outcomes.set(n, work.apply(list.get(n)));
              }
            }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw UnavailableException.stopping(e);
    }
    return outcomes;
  }
}
