package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import io.sketchstream.shell.progress.Backfill;
import io.sketchstream.shell.progress.RateWindow;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/// Whether a generation has all images, by Kafka's own offsets.
///
/// Images never stop coming, so the lag is hardly ever zero. Instead: take the end of `images`;
/// wait until the embedder has committed up to there, has compared its embeddings with `images`,
/// and has embedded the standing queries; take the end of the embeddings; wait until the index has
/// committed up to there. When that took longer than allowed, repeat it from the new ends; each
/// round is shorter.
final class GenerationCatchUp {
  private static final Duration RATE_WINDOW = Duration.ofSeconds(30);

  private final Offsets offsets;
  private final Generation generation;
  private final Duration roundMax;
  private final boolean requireIndex;
  private long roundStartNanos;
  private Map<TopicPartition, Long> imagesEnd = Map.of();
  private Map<TopicPartition, Long> embeddingsEnd = Map.of();
  private boolean embedded;
  private boolean begun;
  private final RateWindow rate = new RateWindow(RATE_WINDOW);
  private Backfill progress = Backfill.UNKNOWN;
  private String missing = "";

  GenerationCatchUp(Admin admin, Generation generation, Duration roundMax, boolean requireIndex) {
    this.offsets = new Offsets(admin);
    this.generation = generation;
    this.roundMax = roundMax;
    this.requireIndex = requireIndex;
  }

  /// Checks once.
  ///
  /// @throws KafkaException when Kafka refuses
  boolean isDone() {
    try {
      if (!begun) {
        beginRound();
      }
      if (!embedded) {
        long left = lag(imagesEnd, generation.embedGroup());
        rate.add(System.nanoTime(), -left);
        progress = Backfill.of(images(), left, 0, rate.perSecond());
        missing = missingEmbeddings(left);
        if (!missing.isEmpty()) {
          return false;
        }
        embeddingsEnd = offsets.ends(Topics.imageEmbeddings(generation).name());
        embedded = true;
      }
      if (requireIndex) {
        long left = lag(embeddingsEnd, generation.queryApplication());
        progress = Backfill.of(images(), 0, left, rate.perSecond());
        missing = left + " images are not indexed";
        if (left > 0) {
          return false;
        }
      }
      missing = "embedding and indexing what remains takes too long";
      begun = false;
      return System.nanoTime() - roundStartNanos <= roundMax.toNanos();
    } catch (RetriableException e) {
      missing = "its progress is unknown: " + e.getMessage();
      return false; // The embeddings topic does not exist yet, or Kafka is busy.
    }
  }

  private String missingEmbeddings(long left) {
    if (left > 0) {
      return left + " images are not embedded";
    }
    if (!offsets.compared(generation, imagesEnd.keySet())) {
      return "its embeddings are not compared with the images yet";
    }
    long standing = lag(offsets.ends(Topics.STANDING_QUERIES.name()), generation.standingGroup());
    return standing > 0 ? standing + " standing queries are not embedded" : "";
  }

  /// What was missing at the last check, for people.
  String missing() {
    return missing;
  }

  Backfill progress() {
    return progress;
  }

  private void beginRound() {
    roundStartNanos = System.nanoTime();
    imagesEnd = offsets.ends(Topics.IMAGES.name());
    rate.clear();
    embedded = false;
    begun = true;
  }

  private long images() {
    return imagesEnd.values().stream().mapToLong(Long::longValue).sum();
  }

  private long lag(Map<TopicPartition, Long> ends, String group) {
    Map<TopicPartition, Long> committed = offsets.committed(group);
    long sum = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      sum += Math.max(0, end.getValue() - committed.getOrDefault(end.getKey(), 0L));
    }
    return sum;
  }
}
