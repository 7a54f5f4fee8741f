package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.benchmarks.measure.Options;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Searches at many times the rate that an installation answers: how many are still answered, and
/// how soon the others are refused. The best rate is that of a few callers who wait for each
/// answer; the overload comes at fixed times, whatever was answered, over HTTP/1.1. Callers and
/// installation share the machine. Fails where less than seven tenths of the best rate are answered
/// under overload, or a refusal does not say when to try again.
public final class Overload implements Benchmark {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int IN_FLIGHT_MAX = 4000;
  private static final double GOODPUT_MIN = 0.7;
  private static final int BUSY = 429;
  private static final int UNAVAILABLE = 503;
  private static final int LATE = 504;

  /// One request.
  ///
  /// @param status HTTP status, 0 when there was no answer
  /// @param retry whether the answer says when to try again
  private record Sample(int status, boolean retry, double millis) {
    boolean refused() {
      return status == BUSY || status == UNAVAILABLE;
    }
  }

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String summary() {
    return "searches answered at ten times the rate that can be, and refusals";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(arguments, Set.of("images", "seconds", "callers", "times", "model"));
    int images = options.integer("images", 1000);
    int seconds = options.integer("seconds", 20);
    int callers = options.integer("callers", 8);
    int times = options.integer("times", 10);
    List<String> drawings = QuerySketches.make(200, 1);
    try (Installation installation = Installation.start(options.text("model", ""));
        Api api = new Api(installation.address());
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      new SyntheticGallery(installation).fill(0, images);
      api.awaitIndexed(images);
      URI uri = URI.create(installation.address() + "/v1/search?k=10");
      closedLoop(http, uri, drawings, callers, seconds / 2);
      Report best = new Report(closedLoop(http, uri, drawings, callers, seconds), seconds);
      best.print(callers + " callers, each waits for its answer");
      double rate = times * best.perSecond();
      Report flooded = new Report(openLoop(http, uri, drawings, rate, seconds), seconds);
      flooded.print(String.format(Locale.ROOT, "%.0f searches a second", rate));
      Report after = new Report(closedLoop(http, uri, drawings, callers, seconds), seconds);
      after.print("the callers again");
      System.out.printf(
          Locale.ROOT,
          "RESULT overload best_per_s=%.1f goodput_per_s=%.1f ratio=%.2f after=%.2f"
              + " p99_answer_ms=%.0f p50_refusal_ms=%.0f p99_refusal_ms=%.0f late=%d"
              + " unanswered=%d%n",
          best.perSecond(),
          flooded.perSecond(),
          flooded.perSecond() / best.perSecond(),
          after.perSecond() / best.perSecond(),
          flooded.answers().percentile(99),
          flooded.refusals().percentile(50),
          flooded.refusals().percentile(99),
          flooded.late(),
          flooded.unanswered());
      check(flooded, best);
    }
  }

  private static void check(Report flooded, Report best) {
    if (flooded.perSecond() < GOODPUT_MIN * best.perSecond()) {
      throw new IllegalStateException("goodput is below " + GOODPUT_MIN + " of the best rate");
    }
    if (flooded.samples().stream().anyMatch(sample -> sample.refused() && !sample.retry())) {
      throw new IllegalStateException("a refusal has no Retry-After");
    }
  }

  private static Queue<Sample> closedLoop(
      HttpClient http, URI uri, List<String> drawings, int callers, int seconds)
      throws InterruptedException {
    Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> threads =
        IntStream.range(0, callers)
            .mapToObj(caller ->
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = caller; System.nanoTime() < end; i += callers) {
                        samples.add(send(http, uri, drawings.get(i % drawings.size())).join());
                      }
                    }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    return samples;
  }

  private static Queue<Sample> openLoop(
      HttpClient http, URI uri, List<String> drawings, double perSecond, int seconds)
      throws InterruptedException {
    Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    Semaphore places = new Semaphore(IN_FLIGHT_MAX);
    long start = System.nanoTime();
    long count = Math.round(perSecond * seconds);
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i / perSecond * 1e9);
      LockSupport.parkNanos(due - System.nanoTime());
      places.acquire();
      CompletableFuture<Void> _ =
          send(http, uri, drawings.get(i % drawings.size()))
              .thenAccept(sample -> {
                samples.add(sample);
                places.release();
              });
    }
    places.acquire(IN_FLIGHT_MAX);
    return samples;
  }

  private static CompletableFuture<Sample> send(HttpClient http, URI uri, String drawing) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(drawing))
            .build();
    long start = System.nanoTime();
    return http.sendAsync(request, BodyHandlers.discarding())
        .thenApply(answer ->
            new Sample(
                answer.statusCode(),
                answer.headers().firstValue("Retry-After").isPresent(),
                (System.nanoTime() - start) / 1e6))
        .exceptionally(_ -> new Sample(0, false, (System.nanoTime() - start) / 1e6));
  }

  /// What became of the requests of one phase.
  private record Report(Queue<Sample> samples, int seconds) {
    double perSecond() {
      return (double) samples.stream().filter(sample -> sample.status() == 200).count() / seconds;
    }

    Distribution answers() {
      return times(sample -> sample.status() == 200);
    }

    Distribution refusals() {
      return times(Sample::refused);
    }

    /// Admitted, but not answered within the deadline; the answer says so.
    long late() {
      return samples.stream().filter(sample -> sample.status() == LATE).count();
    }

    long unanswered() {
      return samples.stream().filter(sample -> sample.status() == 0).count();
    }

    private Distribution times(Predicate<Sample> which) {
      double[] millis = samples.stream().filter(which).mapToDouble(Sample::millis).toArray();
      return new Distribution(millis.length == 0 ? new double[] {0} : millis);
    }

    void print(String title) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f answers/s%n  answered    %s%n  refused     %s%n  late (504)  %d%n"
              + "  unanswered  %d%n",
          title,
          perSecond(),
          answers(),
          refusals(),
          late(),
          unanswered());
    }
  }
}
