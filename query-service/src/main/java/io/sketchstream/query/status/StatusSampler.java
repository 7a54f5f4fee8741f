package io.sketchstream.query.status;

import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import io.sketchstream.query.generations.LiveGenerations;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.kafka.LogOffsets;
import io.sketchstream.shell.progress.Backfill;
import io.sketchstream.shell.progress.RateWindow;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// Samples lags and rates, so that asking for them costs nothing.
///
/// **Threads:** owns one, `query-status`.
public final class StatusSampler implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final LogOffsets offsets;
  private final LiveGenerations generations;
  private final GalleryCount gallery;
  private final ShardTable table;
  private final ShardGauges gauges;
  private final Duration interval;
  private final RateWindow ingested = new RateWindow();
  private final RateWindow embedded = new RateWindow();
  private final RateWindow indexed = new RateWindow();
  private final BackfillRates backfillRates = new BackfillRates();
  private Worker worker;
  private volatile Status status = Status.EMPTY;

  /// @param ingestAddress base URL of the ingest service
  public StatusSampler(
      Admin admin,
      LiveGenerations generations,
      String ingestAddress,
      Access access,
      Duration interval,
      MeterRegistry registry) {
    this.offsets = new LogOffsets(admin, TIMEOUT);
    this.generations = generations;
    this.gallery = new GalleryCount(ingestAddress, access);
    this.table = new ShardTable(generations, access);
    this.gauges = new ShardGauges(registry, InstantSource.system());
    this.interval = interval;
  }

  /// Starts to sample.
  public void start(Workers workers) {
    worker = workers.start("query-status", this::run);
  }

  /// The last sample, with images and shards as they are now.
  public Status status() throws InterruptedException {
    Status last = status;
    List<ShardRow> shards = table.rows();
    long documents = documents(shards, last.active());
    // Counted afterwards, so that no more images are searchable than the gallery has.
    return new Status(
        new Status.Images(gallery.count(), documents),
        last.lag(),
        last.rates(),
        last.generations(),
        last.active(),
        shards);
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    gallery.close();
    table.close();
  }

  private void run(Worker running) throws InterruptedException {
    while (!running.isStopping()) {
      sample();
      running.roundDone();
      running.pause(interval);
    }
  }

  private void sample() throws InterruptedException {
    List<GenerationIndex> indexes = generations.indexes();
    int partitions = indexes.stream().mapToInt(GenerationIndex::shardCount).max().orElse(0);
    List<String> topics = new ArrayList<>(List.of(Topics.IMAGES.name()));
    indexes.forEach(index -> topics.add(topic(index.generation())));
    Map<TopicPartition, Long> logEnds =
        offsets.ends(
            topics.stream()
                .flatMap(topic ->
                    IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)))
                .toList());
    table.refresh(logEnds);
    List<ShardRow> shards = table.rows();
    gauges.update(generations, shards);
    Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
    for (GenerationIndex index : indexes) {
      for (String group :
          List.of(index.generation().embedGroup(), index.generation().queryApplication())) {
        committed.put(group, offsets.committed(group));
      }
    }
    Map<String, Status.Lag> lags = new HashMap<>();
    for (GenerationIndex index : indexes) {
      lags.put(index.generation().id(), lag(index, logEnds, committed, shards));
    }
    publish(lags, logEnds, shards);
  }

  private void publish(
      Map<String, Status.Lag> lags, Map<TopicPartition, Long> logEnds, List<ShardRow> shards)
      throws InterruptedException {
    long now = System.nanoTime();
    String active = generations.active().map(ModelChanged::getGeneration).orElse("");
    List<ShardRow> activeShards =
        shards.stream().filter(shard -> shard.generation().equals(active)).toList();
    if (!activeShards.isEmpty()) { // Before that, what a start finds would look like a flood.
      ingested.add(now, sum(logEnds, Topics.IMAGES.name()));
      embedded.add(now, sum(logEnds, topic(new Generation(active))));
      indexed.add(now, activeShards.stream().mapToLong(s -> s.embeddingsOffset() + 1).sum());
    }
    Map<String, Backfill> backfills =
        backfillRates.sample(
            now, generations.models().values(), lags, sum(logEnds, Topics.IMAGES.name()));
    status =
        new Status(
            Status.Images.UNKNOWN,
            lags.getOrDefault(active, new Status.Lag(0, 0)),
            new Status.Rates(ingested.perSecond(), embedded.perSecond(), indexed.perSecond()),
            describe(lags, shards, backfills),
            active,
            shards);
  }

  private List<Status.GenerationStatus> describe(
      Map<String, Status.Lag> lags, List<ShardRow> shards, Map<String, Backfill> backfills) {
    return generations.models().values().stream()
        .sorted(Comparator.comparing(ModelChanged::getGeneration))
        .map(model -> {
          Status.Lag lag = lags.getOrDefault(model.getGeneration(), new Status.Lag(0, 0));
          return new Status.GenerationStatus(
              model.getGeneration(),
              model.getState().name(),
              model.getDimension(),
              model.getNetwork(),
              documents(shards, model.getGeneration()),
              lag.images() + lag.embeddings(),
              Optional.ofNullable(backfills.get(model.getGeneration())));
        })
        .toList();
  }

  private static long documents(List<ShardRow> shards, String generation) {
    return shards.stream()
        .filter(shard -> shard.generation().equals(generation))
        .mapToLong(ShardRow::documents)
        .sum();
  }

  /// Lags are exact for shards that a process reports; for other shards they are as of the last
  /// commit.
  private static Status.Lag lag(
      GenerationIndex index,
      Map<TopicPartition, Long> logEnds,
      Map<String, Map<TopicPartition, Long>> committed,
      List<ShardRow> shards) {
    Generation generation = index.generation();
    long images = 0;
    long embeddings = 0;
    for (ShardRow shard : shards) {
      if (shard.generation().equals(generation.id())) {
        TopicPartition source = new TopicPartition(Topics.IMAGES.name(), shard.partition());
        TopicPartition target = new TopicPartition(topic(generation), shard.partition());
        images += behind(logEnds, committed.get(generation.embedGroup()), source);
        embeddings +=
            shard.answered().isEmpty()
                ? behind(logEnds, committed.get(generation.queryApplication()), target)
                : shard.lag();
      }
    }
    return new Status.Lag(images, embeddings);
  }

  private static long behind(
      Map<TopicPartition, Long> logEnds,
      Map<TopicPartition, Long> committed,
      TopicPartition partition) {
    long read = committed == null ? 0 : committed.getOrDefault(partition, 0L);
    return Math.max(0, logEnds.getOrDefault(partition, 0L) - read);
  }

  private static long sum(Map<TopicPartition, Long> logEnds, String topic) {
    return logEnds.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static String topic(Generation generation) {
    return Topics.imageEmbeddings(generation).name();
  }
}
