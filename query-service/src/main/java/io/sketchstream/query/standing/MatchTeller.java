package io.sketchstream.query.standing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.Instants;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.query.standing.Matching.Match;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Writes `matches`: what was not told before, and withdrawals of what was.
///
/// **Threads:** any.
final class MatchTeller {
  private final Function<ProducerRecord<byte[], byte[]>, CompletableFuture<Void>> producer;
  private final MatchLog log;
  private final InstantSource clock;

  /// @param producer sends a record; the future completes with Kafka's acknowledgement
  MatchTeller(
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

  /// Tells a match, unless it was told before, in whichever generation.
  ///
  /// @param seenTo how far in `images` the shard sees
  /// @return completes when Kafka has it
  CompletableFuture<Void> tell(Generation generation, ImagePosition seenTo, Match match) {
    String imageId = match.image().imageId();
    if (log.isTold(match.query().id(), imageId)) {
      return CompletableFuture.completedFuture(null);
    }
    StandingQueryMatched.Builder event =
        StandingQueryMatched.newBuilder()
            .setQueryId(match.query().id())
            .setImageId(imageId)
            .setGeneration(generation.id())
            .setScore(match.score())
            .setThreshold(match.threshold())
            .setAttributes(match.image().attributes())
            .setIngestedAt(match.image().ingestedAt())
            .setMatchedAt(Instants.timestamp(clock.instant()))
            .setSeenTo(seenTo);
    match.image().position().ifPresent(event::setPosition);
    return send(event.build());
  }

  /// Withdraws all that was told of an image.
  ///
  /// @return completes when Kafka has it
  CompletableFuture<Void> withdraw(String imageId) {
    return CompletableFuture.allOf(
        log.ofImage(imageId).stream()
            .map(match ->
                send(
                    match.toBuilder()
                        .setWithdrawn(true)
                        .setMatchedAt(Instants.timestamp(clock.instant()))
                        .build()))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> send(StandingQueryMatched event) {
    log.telling(event);
    String key = Topics.matchKey(event.getQueryId(), event.getImageId());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.MATCHES.name(), key.getBytes(UTF_8), event.toByteArray());
    EventHeaders.describe(
        record.headers(), "query-service", StandingQueryMatched.class, key, clock.instant());
    return producer
        .apply(record)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            log.notTold(event);
          }
        });
  }
}
