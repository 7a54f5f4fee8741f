package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.CpuByThread;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.images.PreparedImage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/// CPU per image of everything (HTTP, decode, Kafka, embed, index) over CPU per image of the
/// network alone on prepared tensors, with as many threads as the service uses, because two
/// hyper-threads of one core slow each other down. CPU time, not wall time, because only CPU time
/// is comparable on a busy machine. The warm-up is long: the JIT compiler optimises code that runs
/// once per image only after 15,000 runs. `--network resnet50` measures the network of the paper
/// with random weights, on which its cost does not depend.
public final class PipelineThroughput implements Benchmark {
  private static final int IN_FLIGHT = 16;
  private static final double SHOWN_MILLIS_MIN = 0.05;

  /// The default of the service.
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private static final Duration GIVE_UP = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public String summary() {
    return "CPU-seconds per image of the whole pipeline over the bare encoder's";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options =
        new Options(arguments, Set.of("images", "warm-up", "batch", "photos", "model", "network"));
    int count = options.integer("images", 3000);
    int warmUp = options.integer("warm-up", 16_000);
    int batch = options.integer("batch", 8);
    List<byte[]> photos = Photos.load(options.text("photos", ""), count + warmUp);
    System.out.printf(
        "%d images after %d of warm-up, %d requests in flight, encoder batch %d%n",
        count, warmUp, IN_FLIGHT, batch);
    try (RandomModel random = RandomModel.of(options.text("network", ""));
        Installation installation = Installation.start(options.text("model", random.directory()));
        Api api = new Api(installation.address())) {
      bringIn(api, photos.subList(0, warmUp), "warm-up", warmUp);
      CpuByThread before = installation.cpuByThread();
      double cpuBefore = installation.cpuSeconds();
      long start = System.nanoTime();
      bringIn(api, photos.subList(warmUp, photos.size()), "counted", photos.size());
      double seconds = (System.nanoTime() - start) / 1e9;
      double pipeline = (installation.cpuSeconds() - cpuBefore) * 1000 / count;
      System.out.printf(
          Locale.ROOT,
          "pipeline      %.2f CPU-ms an image, %.1f images/s%n",
          pipeline,
          count / seconds);
      installation
          .cpuByThread()
          .since(before)
          .forEach((work, millis) -> {
            if (millis / count > SHOWN_MILLIS_MIN) {
              System.out.printf(Locale.ROOT, "  %-22s %6.2f%n", work, millis / count);
            }
          });
      double bare = bare(installation, photos, batch);
      System.out.printf(
          Locale.ROOT, "bare encoder  %.2f CPU-ms an image, %d threads%n", bare, THREADS);
      System.out.printf(
          Locale.ROOT,
          "RESULT throughput cpu_ratio=%.2f pipeline_cpu_ms=%.2f encoder_cpu_ms=%.2f"
              + " images_per_s=%.1f%n",
          pipeline / bare,
          pipeline,
          bare,
          count / seconds);
    }
  }

  private static double bare(Installation installation, List<byte[]> photos, int batch)
      throws Exception {
    try (Encoder encoder = installation.openEncoder(THREADS)) {
      BareEncoder bare = new BareEncoder(encoder);
      List<PreparedImage> prepared = bare.prepare(photos.subList(0, Math.min(1000, photos.size())));
      bare.cpuMillisPerImage(prepared.subList(0, Math.min(200, prepared.size())), batch, THREADS);
      return bare.cpuMillisPerImage(prepared, batch, THREADS);
    }
  }

  /// Puts all photos and returns when all are searchable.
  static void bringIn(Api api, List<byte[]> photos, String prefix, int indexedThen)
      throws Exception {
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> puts =
          IntStream.range(0, photos.size())
              .<Future<?>>mapToObj(i ->
                  callers.submit(() -> {
                    inFlight.acquire();
                    try {
                      return api.putImage(prefix + "-" + i, photos.get(i));
                    } finally {
                      inFlight.release();
                    }
                  }))
              .toList();
      for (Future<?> put : puts) {
        put.get();
      }
    }
    long start = System.nanoTime();
    while (api.status().path("images").path("indexed").asLong() < indexedThen) {
      if (System.nanoTime() - start > GIVE_UP.toNanos()) {
        throw new IllegalStateException("not all images were searchable after " + GIVE_UP);
      }
      Thread.sleep(200);
    }
  }
}
