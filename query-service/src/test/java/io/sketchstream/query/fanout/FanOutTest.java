package io.sketchstream.query.fanout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.index.GenerationShards;
import io.sketchstream.query.index.Placement;
import io.sketchstream.query.index.ShardQuery;
import io.sketchstream.query.index.VectorOf;
import io.sketchstream.shell.access.Access;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Real HTTP between processes; some are slow, some are gone, some have less than Kafka thinks.
final class FanOutTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  // Long enough for an answer on a busy machine.
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final String TOKEN = "shown-to-the-others";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<FakePeer> fakes = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Peers peers =
      new Peers(new LocalShards(_ -> Optional.empty()), 16, new Access(Optional.of(TOKEN)));
  private final FanOut fanOut =
      new FanOut(
          peers, new FanOutOptions(Duration.ofMillis(100), Duration.ofMillis(300), 16), registry);

  @AfterEach
  void close() {
    over.countDown();
    peers.close();
    fakes.forEach(FakePeer::close);
    threads.shutdownNow();
  }

  @Test
  void asksEachOwnerForItsShards() throws Exception {
    FakePeer a = fake(Set.of(0, 1));
    FakePeer b = fake(Set.of(2));
    ShardReplies gathered = ask(placement(3, host(a, 0, 1), host(b, 2)), LONG, true);
    assertEquals(Set.of(0, 1, 2), gathered.replies().keySet());
    assertTrue(gathered.complete());
    assertEquals(1, a.asked.get());
  }

  @Test
  void alsoAsksAStandbyWhenTheOwnerIsSlow() throws Exception {
    FakePeer slow = fake(Set.of(0));
    slow.hangs = true;
    FakePeer standby = fake(Set.of(0));
    Placement placement = placement(1, host(slow, 0), standby(standby, 0));
    long start = System.nanoTime();
    assertTrue(ask(placement, LONG, true).complete());
    assertTrue(System.nanoTime() - start < LONG.toNanos() / 2);
    assertEquals(1.0, registry.counter("sketchstream.query.peer.hedged").count());
    // The next search does not wait for the slow one at all.
    assertTrue(ask(placement, LONG, true).complete());
    assertEquals(1, slow.asked.get());
  }

  @Test
  void asksAStandbyAtOnceWhenTheOwnerIsGone() throws Exception {
    FakePeer standby = fake(Set.of(0));
    FakePeer gone = fake(Set.of(0));
    gone.close();
    assertTrue(ask(placement(1, host(gone, 0), standby(standby, 0)), LONG, true).complete());
    assertEquals(0.0, registry.counter("sketchstream.query.peer.hedged").count());
  }

  @Test
  void findsAShardThatHasNotMoved() throws Exception {
    FakePeer next = fake(Set.of());
    FakePeer former = fake(Set.of(0));
    assertTrue(ask(placement(1, host(next, 0), host(former)), LONG, true).complete());
  }

  @Test
  void retriesUntilAShardHasMoved() throws Exception {
    FakePeer a = fake(Set.of());
    a.hasAllFromTheRequest = 5;
    assertTrue(ask(placement(1, host(a, 0)), LONG, true).complete());
    assertEquals(5, a.asked.get());
  }

  @Test
  void answersWithoutAShardThatHasNoOwner() throws Exception {
    FakePeer a = fake(Set.of(0));
    long start = System.nanoTime();
    ShardReplies gathered = ask(placement(2, host(a, 0, 1)), LONG, false);
    assertFalse(gathered.complete());
    assertEquals(Set.of(0), gathered.replies().keySet());
    assertEquals(ShardRefusal.NOT_HERE, gathered.refusals().get(1));
    assertTrue(System.nanoTime() - start < LONG.toNanos() / 2);
    assertEquals(1.0, registry.counter("sketchstream.query.answers.incomplete").count());
  }

  @Test
  void waitsUntilTheDeadlineWhenAllShardsAreRequired() throws Exception {
    FakePeer a = fake(Set.of(0));
    long start = System.nanoTime();
    assertFalse(ask(placement(2, host(a, 0, 1)), SHORT, true).complete());
    assertTrue(System.nanoTime() - start >= SHORT.toNanos());
  }

  @Test
  void waitsUntilTheDeadlineForAShardThatMustHaveSeenAWrite() throws Exception {
    FakePeer a = fake(Set.of(0));
    long start = System.nanoTime();
    ShardReplies gathered =
        ask(
            placement(2, host(a, 0, 1)),
            SHORT,
            false,
            ImagePosition.newBuilder().setPartition(1).setOffset(7).build());
    assertEquals(Set.of(0), gathered.replies().keySet());
    assertTrue(System.nanoTime() - start >= SHORT.toNanos());
  }

  /// An answer is in memory before it is parsed.
  @Test
  void takesNoAnswerOfAnySize() throws Exception {
    FakePeer huge = fake(Set.of(0));
    String address = "127.0.0.1:" + huge.port();
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    ShardRequest question =
        new ShardRequest(new Generation("g"), Set.of(0), List.of(), deadline, new VectorOf("i"));
    huge.padding = 1 << 20;
    assertEquals(1, peers.askThere(address, question).get().size());
    huge.padding = 64 << 20;
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> peers.askThere(address, question).get());
    assertTrue(e.toString().contains("exceeds"), e.toString());
  }

  private ShardReplies ask(
      Placement placement, Duration timeout, boolean complete, ImagePosition... after)
      throws InterruptedException {
    GenerationShards generation = new Placed(placement);
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    return fanOut.ask(
        generation,
        ShardRequest.toAll(generation, List.of(after), deadlineNanos, new VectorOf("i")),
        complete);
  }

  /// A generation of which no shard is in this process.
  private record Placed(Placement placement) implements GenerationShards {
    @Override
    public Generation generation() {
      return new Generation("g");
    }

    @Override
    public int shardCount() {
      return placement.shardCount();
    }

    @Override
    public String address() {
      return "127.0.0.1:1";
    }

    @Override
    public Map<Integer, ShardReply> ask(ShardQuery query, Set<Integer> wanted) {
      return Map.of();
    }

    @Override
    public boolean answering(int shard) {
      return false;
    }

    @Override
    public boolean awaitVisible(int shard, long imagesOffset, long timeoutNanos) {
      return false;
    }

    @Override
    public Optional<Long> lastRetreat(int shard) {
      return Optional.empty();
    }
  }

  private FakePeer fake(Set<Integer> shards) throws IOException {
    FakePeer peer = new FakePeer(shards, TOKEN, threads, over);
    fakes.add(peer);
    return peer;
  }

  /// A process that has some shards.
  private static Placement placement(int shards, StreamsMetadata... processes) {
    return Placement.of(shards, List.of(processes));
  }

  private static StreamsMetadata host(FakePeer process, Integer... owned) {
    return new Assigned(process.port(), partitions(owned), Set.of());
  }

  private static StreamsMetadata standby(FakePeer process, Integer... copies) {
    return new Assigned(process.port(), Set.of(), partitions(copies));
  }

  private static Set<TopicPartition> partitions(Integer... shards) {
    return List.of(shards).stream()
        .map(shard -> new TopicPartition("image-embeddings-g", shard))
        .collect(java.util.stream.Collectors.toSet());
  }

  private record Assigned(
      int port, Set<TopicPartition> topicPartitions, Set<TopicPartition> standbyTopicPartitions)
      implements StreamsMetadata {
    @Override
    public HostInfo hostInfo() {
      return new HostInfo(host(), port);
    }

    @Override
    public String host() {
      return "127.0.0.1";
    }

    @Override
    public Set<String> stateStoreNames() {
      return Set.of();
    }

    @Override
    public Set<String> standbyStateStoreNames() {
      return Set.of();
    }
  }
}
