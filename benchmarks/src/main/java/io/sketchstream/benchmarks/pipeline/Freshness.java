package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.Benchmark;
import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.benchmarks.measure.Options;
import io.sketchstream.encoder.Encoder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Time from the first byte of a PUT to the first search that finds the image, in an idle
/// installation.
public final class Freshness implements Benchmark {
  private static final Duration GIVE_UP = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "freshness";
  }

  @Override
  public String summary() {
    return "PUT to searchable, one image at a time, beside the bare encoder's time for one";
  }

  @Override
  public void run(List<String> arguments) throws Exception {
    Options options = new Options(arguments, Set.of("images", "warm-up", "photos", "model"));
    int count = options.integer("images", 200);
    int warmUp = options.integer("warm-up", 50);
    List<byte[]> photos = Photos.load(options.text("photos", ""), count + warmUp);
    System.out.printf("%d images after %d of warm-up, one at a time, HTTP%n", count, warmUp);
    try (Installation installation = Installation.start(options.text("model", ""));
        Api api = new Api(installation.address())) {
      measure(api, photos.subList(0, warmUp), "warm-up");
      Distribution fresh = measure(api, photos.subList(warmUp, photos.size()), "fresh");
      System.out.println("PUT to searchable   " + fresh);
      try (Encoder encoder = installation.openEncoder(1)) {
        BareEncoder bare = new BareEncoder(encoder);
        bare.singles(bare.prepare(photos.subList(0, warmUp)));
        Distribution one = bare.singles(bare.prepare(photos.subList(warmUp, photos.size())));
        System.out.println("bare encoder        " + one);
        System.out.printf(
            Locale.ROOT,
            "RESULT freshness p50_ms=%.1f p99_ms=%.1f encoder_p50_ms=%.1f over_encoder=%.2f%n",
            fresh.median(),
            fresh.percentile(99),
            one.median(),
            fresh.median() / one.median());
      }
    }
  }

  private static Distribution measure(Api api, List<byte[]> photos, String prefix)
      throws Exception {
    double[] millis = new double[photos.size()];
    for (int i = 0; i < millis.length; i++) {
      String id = prefix + "-" + i;
      long start = System.nanoTime();
      api.putImage(id, photos.get(i));
      while (!api.isSearchable(id)) {
        if (System.nanoTime() - start > GIVE_UP.toNanos()) {
          throw new IllegalStateException(id + " was not searchable after " + GIVE_UP);
        }
        Thread.sleep(1);
      }
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return new Distribution(millis);
  }
}
