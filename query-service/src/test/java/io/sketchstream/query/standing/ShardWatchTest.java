package io.sketchstream.query.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.Generation;
import io.sketchstream.events.StandingQueryMatched;
import io.sketchstream.events.Topics;
import io.sketchstream.query.index.ShardReader;
import io.sketchstream.query.index.WatchedShard;
import io.sketchstream.shell.kafka.KafkaClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/// Commits of shards while Kafka does not take `matches`.
final class ShardWatchTest {
  private static final Generation GENERATION = new Generation("g1");

  private final KafkaClients nobody = new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1"));
  private final MatchLog log = new MatchLog(10);
  private CompletableFuture<Void> answer = new CompletableFuture<>();
  private final MatchPublisher publisher =
      new MatchPublisher(_ -> answer, log, InstantSource.system());
  private final Matcher matcher =
      new Matcher(
          nobody,
          Optional::empty,
          (_, _) -> Optional.empty(),
          new StandingRegistry(nobody, null, 10, InstantSource.system()),
          publisher,
          new StandingOptions(10, 10, 10, Duration.ofHours(1), Duration.ofMinutes(10)));

  /// A shard whose searches see what was applied.
  private static final class Shard implements WatchedShard {
    private final int partition;
    private ShardWatch watch;

    Shard(int partition) {
      this.partition = partition;
    }

    @Override
    public Generation generation() {
      return GENERATION;
    }

    @Override
    public int partition() {
      return partition;
    }

    @Override
    public int partitions() {
      return 2;
    }

    @Override
    public long imagesOffset() {
      return 0;
    }

    @Override
    public ShardReader reader() {
      throw new AssertionError("no image came in");
    }

    @Override
    public void refreshNow() {
      watch.visible(watch.mark());
    }
  }

  @Test
  void noShardWaitsForWhatAnotherWasJustRefused() {
    ShardWatch first = reporting(0);
    ShardWatch second = reporting(1);
    first.removed(reported("a"), 7);
    answer.completeExceptionally(new TimeoutException("not enough replicas"));
    first.beforeCommit();
    assertEquals(ShardWatch.State.HOLDING, first.state());
    answer = new CompletableFuture<>();
    second.removed(reported("b"), 7);
    assertTimeout(Duration.ofSeconds(10), second::beforeCommit);
    assertEquals(ShardWatch.State.HOLDING, second.state(), "it tells that later");
    assertTrue(publisher.isRefused());
  }

  @Test
  void aShardThatWasRefusedGoesOnAfterwards() {
    ShardWatch shard = reporting(0);
    shard.removed(reported("a"), 7);
    answer.completeExceptionally(new TimeoutException("not enough replicas"));
    shard.visible(shard.mark());
    shard.tellVisible();
    shard.hold(); // As for another shard.
    shard.beTelling(0);
    answer = CompletableFuture.completedFuture(null);
    shard.beforeCommit();
    assertEquals(ShardWatch.State.REPORTING, shard.state());
    assertFalse(publisher.isRefused());
  }

  private ShardWatch reporting(int partition) {
    Shard shard = new Shard(partition);
    shard.watch = new ShardWatch(shard, matcher, publisher);
    shard.watch.beTelling(0);
    return shard.watch;
  }

  /// A match of an image that was reported.
  private String reported(String imageId) {
    StandingQueryMatched match =
        StandingQueryMatched.newBuilder().setQueryId("boats").setImageId(imageId).build();
    MatchLog _ = log.with(0, 0, Topics.matchKey("boats", imageId), match);
    return imageId;
  }
}
