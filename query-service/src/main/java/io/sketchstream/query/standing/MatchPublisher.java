package io.sketchstream.query.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.query.standing.Matching.Match;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Writes `matches`: new matches, and withdrawals of earlier ones.
///
/// **Threads:** any.
final class MatchPublisher {
  private static final Duration DAY = Duration.ofDays(1);

  /// Pause before matches are written again that Kafka refused.
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

  private final Function<ProducerRecord<byte[], byte[]>, CompletableFuture<Void>> producer;
  private final MatchLog log;
  private final InstantSource clock;
  private volatile long refusedNanos = System.nanoTime() - REFUSED_PAUSE.toNanos();

  /// @param producer sends a record; the future completes with Kafka's acknowledgement
  MatchPublisher(
      Function<ProducerRecord<byte[], byte[]>, CompletableFuture<Void>> producer,
      MatchLog log,
      InstantSource clock) {
    this.producer = producer;
    this.log = log;
    this.clock = clock;
  }

  MatchLog log() {
    return log;
  }

  InstantSource clock() {
    return clock;
  }

  /// Kafka did not accept a record of a shard.
  void refused() {
    refusedNanos = System.nanoTime();
  }

  /// Whether that was a moment ago. Then no other shard should wait for it.
  boolean isRefused() {
    return System.nanoTime() - refusedNanos < REFUSED_PAUSE.toNanos();
  }

  /// Reports a match, unless
  ///
  /// - it was reported before, in any generation;
  /// - it was withdrawn, and the shard does not see the removal yet;
  /// - its query is limited to the best of a day, and has had that many better ones.
  ///
  /// @param seenAtLeast how far in `images` the shard saw before it was asked for the match
  /// @param seenAtMost how far it saw afterwards
  /// @return completes when Kafka has it
  CompletableFuture<Void> publish(
      Generation generation, Match match, long seenAtLeast, ImagePosition seenAtMost) {
    String queryId = match.query().id();
    String imageId = match.image().imageId();
    long seen =
        Math.max(seenAtLeast, match.image().position().map(ImagePosition::getOffset).orElse(-1L));
    if (log.isReported(queryId, imageId)
        || log.isWithdrawnAfter(queryId, imageId, seen)
        || isBeaten(match)) {
      return CompletableFuture.completedFuture(null);
    }
    StandingQueryMatched.Builder event =
        StandingQueryMatched.newBuilder()
            .setQueryId(queryId)
            .setImageId(imageId)
            .setGeneration(generation.id())
            .setScore(match.score())
            .setThreshold(match.threshold())
            .setAttributes(match.image().attributes())
            .setIngestedAt(match.image().ingestedAt())
            .setMatchedAt(Instants.timestamp(clock.instant()))
            .setSeenTo(seenAtMost);
    match.image().position().ifPresent(event::setPosition);
    if (match.query().query().hasReplyPartition()) {
      event.setReplyPartition(match.query().query().getReplyPartition());
    }
    return send(event.build());
  }

  private boolean isBeaten(Match match) {
    int best = match.query().query().getPerDay();
    return best > 0
        && log.countAbove(match.query().id(), match.score(), clock.instant().minus(DAY)) >= best;
  }

  /// Withdraws all matches of an image.
  ///
  /// @param removedBy the record of `images` that removed it, or a later one
  /// @return completes when Kafka has it
  CompletableFuture<Void> withdraw(String imageId, ImagePosition removedBy) {
    return CompletableFuture.allOf(
        log.ofImage(imageId).stream()
            .map(match ->
                send(
                    match.toBuilder()
                        .setWithdrawn(true)
                        .setSeenTo(removedBy)
                        .setMatchedAt(Instants.timestamp(clock.instant()))
                        .build()))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> send(StandingQueryMatched event) {
    log.reporting(event);
    String key = Topics.matchKey(event.getQueryId(), event.getImageId());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.MATCHES.name(),
            event.hasReplyPartition() ? event.getReplyPartition() : null,
            key.getBytes(UTF_8),
            event.toByteArray());
    EventHeaders.describe(
        record.headers(), "query-service", StandingQueryMatched.class, key, clock.instant());
    return producer
        .apply(record)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            log.notReported(event);
          }
        });
  }
}
