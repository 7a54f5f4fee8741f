package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.benchmarks.measure.Distribution;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQuery;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Standing queries in a whole installation: CPU per image above the pipeline without them, in
/// turn, at the rate of the pipeline; and PUT to match beside PUT to searchable, one image at a
/// time. All queries but one are like an image of the gallery, and one of them takes all images
/// with a tag: its matches are heard on a partition of its own choice.
public final class StandingPipeline {
  private static final Duration GIVE_UP = Duration.ofMinutes(15);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int TURNS = 2;
  private static final int ONE_IN = 10_000;
  private static final int PROBES_WARM_UP = 20;
  private static final String PROBE = "probe";
  private static final String MATCHER = "query-matcher";
  private static final TopicPartition REPLIES = new TopicPartition(Topics.MATCHES.name(), 0);

  private final Installation installation;
  private final Api api;
  private final Plan plan;
  private final List<byte[]> photos;
  private int images;

  /// What is measured.
  ///
  /// @param queries standing queries in all
  /// @param images in each turn
  /// @param warmUp images before
  /// @param probes images whose times are taken
  public record Plan(int queries, int images, int warmUp, int probes) {}

  private StandingPipeline(Installation installation, Api api, Plan plan, List<byte[]> photos) {
    this.installation = installation;
    this.api = api;
    this.plan = plan;
    this.photos = photos;
  }

  /// Measures and prints.
  ///
  /// @param folder of photos; empty for generated ones
  public static void run(Plan plan, String folder) throws Exception {
    int photos = plan.warmUp() + 2 * TURNS * plan.images() + plan.probes() + PROBES_WARM_UP;
    System.out.printf(
        "%d standing queries; %d images in each turn after %d of warm-up%n",
        plan.queries(), plan.images(), plan.warmUp());
    try (Installation installation = Installation.start("");
        Api api = new Api(installation.address())) {
      new StandingPipeline(installation, api, plan, Photos.load(folder, photos)).run();
    }
  }

  private void run() throws Exception {
    bringIn("warm-up", plan.warmUp());
    Cost without = Cost.NONE;
    Cost with = Cost.NONE;
    for (int turn = 0; turn < TURNS; turn++) {
      without = without.plus(turn("without", turn));
      register();
      with = with.plus(turn("with", turn));
      if (turn < TURNS - 1) {
        remove();
      }
    }
    double all = (with.total() - without.total()) / TURNS;
    double matcher = (with.matcher() - without.matcher()) / TURNS;
    System.out.printf(
        Locale.ROOT,
        "with the queries: %.2f CPU-ms per image more, %.2f of them in %s%n",
        all,
        matcher,
        MATCHER);
    probe(PROBES_WARM_UP);
    Times times = probe(plan.probes());
    System.out.println("PUT to searchable   " + times.searchable());
    System.out.println("PUT to match        " + times.match());
    System.out.println("match after search  " + times.later());
    System.out.printf(
        Locale.ROOT,
        "RESULT standing-queries pipeline_extra_cpu_ms=%.2f matcher_cpu_ms=%.2f"
            + " put_to_match_p50_ms=%.1f after_searchable_p50_ms=%.1f"
            + " after_searchable_p99_ms=%.1f%n",
        all,
        matcher,
        times.match().median(),
        times.later().median(),
        times.later().percentile(99));
  }

  /// CPU milliseconds per image.
  ///
  /// @param total of the process, without the JIT compilers
  /// @param matcher of the thread that compares
  private record Cost(double total, double matcher) {
    static final Cost NONE = new Cost(0, 0);

    Cost plus(Cost other) {
      return new Cost(total + other.total, matcher + other.matcher);
    }
  }

  private Cost turn(String name, int turn) throws Exception {
    Map<String, Double> before = installation.cpuByThread().workMillis();
    long start = System.nanoTime();
    bringIn(name + "-" + turn, plan.images());
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> after = installation.cpuByThread().workMillis();
    Cost cost =
        new Cost(
            (sum(after) - sum(before)) / plan.images(),
            (after.getOrDefault(MATCHER, 0.0) - before.getOrDefault(MATCHER, 0.0)) / plan.images());
    System.out.printf(
        Locale.ROOT,
        "  %-8s %7.2f CPU-ms per image, %5.2f in %s, %.1f images/s%n",
        name,
        cost.total(),
        cost.matcher(),
        MATCHER,
        plan.images() / seconds);
    return cost;
  }

  private static double sum(Map<String, Double> millis) {
    return millis.values().stream().mapToDouble(x -> x).sum();
  }

  private void bringIn(String prefix, int count) throws Exception {
    List<byte[]> next = photos.subList(images, images + count);
    images += count;
    PipelineThroughput.bringIn(api, next, prefix, images);
  }

  /// As any Kafka client does.
  private void register() throws Exception {
    List<StandingQuery> queries = new ArrayList<>();
    StandingQuery.Builder query =
        StandingQuery.newBuilder().setCreatedAt(Instants.timestamp(Instant.now()));
    queries.add(
        query.clone().setQueryId(PROBE).setFilter("tag:" + PROBE).setReplyPartition(0).build());
    for (int i = 1; i < plan.queries(); i++) {
      queries.add(
          query
              .clone()
              .setQueryId("like-" + i)
              .setImageId("warm-up-" + i % plan.warmUp())
              .setOneIn(ONE_IN)
              .build());
    }
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (StandingQuery each : queries) {
        producer.send(record(each.getQueryId(), each.toByteArray()));
      }
    }
    awaitWatching(plan.queries());
  }

  private void remove() throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer.send(record(PROBE, null));
      for (int i = 1; i < plan.queries(); i++) {
        producer.send(record("like-" + i, null));
      }
    }
    awaitWatching(0);
  }

  private static ProducerRecord<String, byte[]> record(String id, byte[] value) {
    return new ProducerRecord<>(Topics.STANDING_QUERIES.name(), id, value);
  }

  private KafkaProducer<String, byte[]> producer() throws Exception {
    return new KafkaProducer<>(
        installation.kafka(), new StringSerializer(), new ByteArraySerializer());
  }

  private void awaitWatching(int count) throws Exception {
    long start = System.nanoTime();
    while (api.standingQueries("watching") != count) {
      if (System.nanoTime() - start > GIVE_UP.toNanos()) {
        throw new IllegalStateException("not " + count + " queries were watching after " + GIVE_UP);
      }
      Thread.sleep(1_000);
    }
  }

  /// @param later the match after the first search that finds the image; negative when before
  private record Times(Distribution searchable, Distribution match, Distribution later) {}

  private Times probe(int count) throws Exception {
    double[] searchable = new double[count];
    double[] match = new double[count];
    double[] later = new double[count];
    try (Replies replies = new Replies(installation.kafka())) {
      for (int i = 0; i < count; i++) {
        String id = PROBE + "-" + images;
        byte[] photo = photos.get(images++);
        long start = System.nanoTime();
        api.putImage(id + "?tags=" + PROBE, photo);
        while (!api.isSearchable(id)) {
          Thread.sleep(1);
        }
        searchable[i] = (System.nanoTime() - start) / 1e6;
        match[i] = (replies.await(id) - start) / 1e6;
        later[i] = match[i] - searchable[i];
      }
    }
    return new Times(
        new Distribution(searchable), new Distribution(match), new Distribution(later));
  }

  /// Hears the matches of the probe.
  private static final class Replies implements AutoCloseable {
    private final Map<String, Long> heardNanos = new ConcurrentHashMap<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private volatile boolean closed;

    Replies(Map<String, Object> kafka) {
      consumer =
          new KafkaConsumer<>(
              new HashMap<>(kafka), new StringDeserializer(), new ByteArrayDeserializer());
      consumer.assign(List.of(REPLIES));
      consumer.seekToEnd(List.of(REPLIES));
      long _ = consumer.position(REPLIES);
      thread = Thread.ofPlatform().start(this::hear);
    }

    private void hear() {
      try (consumer) {
        while (!closed) {
          for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            StandingQueryMatched match =
                Topics.MATCHES
                    .valueSerde()
                    .deserializer()
                    .deserialize(record.topic(), record.value());
            if (match.getQueryId().equals(PROBE)) {
              heardNanos.putIfAbsent(match.getImageId(), System.nanoTime());
            }
          }
        }
      }
    }

    long await(String imageId) throws InterruptedException {
      long start = System.nanoTime();
      while (!heardNanos.containsKey(imageId)) {
        if (System.nanoTime() - start > GIVE_UP.toNanos()) {
          throw new IllegalStateException("no match of " + imageId + " after " + GIVE_UP);
        }
        Thread.sleep(1);
      }
      return heardNanos.get(imageId);
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      thread.join();
    }
  }
}
