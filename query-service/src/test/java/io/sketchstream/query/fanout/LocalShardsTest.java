package io.sketchstream.query.fanout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.VectorFound;
import io.sketchstream.query.index.GenerationShards;
import io.sketchstream.query.index.Placement;
import io.sketchstream.query.index.ShardQuery;
import io.sketchstream.query.index.VectorOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever was promised a write gets no answer of a shard that had it, lost it and is getting it
/// again.
final class LocalShardsTest {
  private static final Generation GENERATION = new Generation("g1");
  private static final long WRITTEN = 7;

  private final Fake fake = new Fake();
  private final LocalShards shards =
      new LocalShards(wanted -> wanted.equals(GENERATION) ? Optional.of(fake) : Optional.empty());

  @AfterEach
  void close() {
    shards.close();
  }

  @Test
  void asksAShardAgainThatWentBackWhileAnswering() throws Exception {
    fake.retreatsWhileAsked = 1;
    assertEquals(List.of("0 answers 2", "1 answers 1"), ask(List.of(after(0))));
    assertEquals(List.of(Set.of(0, 1), Set.of(0)), fake.asked, "shard 1 promised nothing");
    assertEquals(List.of("0:7", "0:7"), fake.awaited, "the write is waited for again");
  }

  @Test
  void retriesUntilTheShardDidNotGoBack() throws Exception {
    fake.retreatsWhileAsked = 3;
    assertEquals(List.of("0 answers 4", "1 answers 1"), ask(List.of(after(0))));
  }

  @Test
  void reportsAWriteThatDoesNotComeBackAsNotVisible() throws Exception {
    fake.retreatsWhileAsked = 1;
    fake.forgetful = true;
    assertEquals(List.of("0 refuses NOT_SEEN_YET", "1 answers 1"), ask(List.of(after(0))));
  }

  /// Its answer may be of before the retreat: another copy is asked for this one then.
  @Test
  void refusesForAShardClosedMeanwhile() throws Exception {
    fake.retreatsWhileAsked = 1;
    fake.closesWhenItRetreats = true;
    assertEquals(List.of("0 refuses NOT_HERE", "1 answers 1"), ask(List.of(after(0))));
  }

  @Test
  void asksOnceWithoutAPositionToken() throws Exception {
    fake.retreatsWhileAsked = 1;
    assertEquals(List.of("0 answers 1", "1 answers 1"), ask(List.of()));
  }

  @Test
  void refusesForAnAbsentGeneration() throws Exception {
    ShardRequest request =
        new ShardRequest(
            new Generation("g2"), Set.of(0), List.of(), System.nanoTime(), new VectorOf("a"));
    assertEquals(List.of("0 refuses NOT_HERE"), texts(shards.answer(request)));
  }

  private List<String> ask(List<ImagePosition> after) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    return texts(
        shards.answer(
            new ShardRequest(GENERATION, Set.of(0, 1), after, deadline, new VectorOf("a"))));
  }

  private static ImagePosition after(int shard) {
    return ImagePosition.newBuilder().setPartition(shard).setOffset(WRITTEN).build();
  }

  private static List<String> texts(Iterable<ShardReply> replies) {
    List<String> texts = new ArrayList<>();
    for (ShardReply reply : replies) {
      texts.add(
          reply.getShard()
              + (reply.getOutcomeCase() == ShardReply.OutcomeCase.REFUSAL
                  ? " refuses " + reply.getRefusal()
                  : " answers " + reply.getVector().getVector().toStringUtf8()));
    }
    return texts;
  }

  /// Shard 0 retreats while it is asked, as often as it is asked to; each answer is the number of
  /// answers of its shard.
  private static final class Fake implements GenerationShards {
    private final List<Set<Integer>> asked = new ArrayList<>();
    private final List<String> awaited = new ArrayList<>();
    private final Map<Integer, Integer> answers = new HashMap<>();
    private int retreatsWhileAsked;
    private boolean forgetful;
    private boolean closesWhenItRetreats;
    private boolean closed;
    private long retreats;

    @Override
    public Generation generation() {
      return GENERATION;
    }

    @Override
    public int shardCount() {
      return 2;
    }

    @Override
    public Placement placement() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String address() {
      return "127.0.0.1:1";
    }

    @Override
    public Map<Integer, ShardReply> ask(ShardQuery query, Set<Integer> wanted) {
      asked.add(Set.copyOf(wanted));
      Map<Integer, ShardReply> replies = new HashMap<>();
      for (int shard : wanted) {
        ByteString number = ByteString.copyFromUtf8("" + answers.merge(shard, 1, Integer::sum));
        replies.put(
            shard,
            ShardReply.newBuilder()
                .setShard(shard)
                .setVector(VectorFound.newBuilder().setVector(number))
                .build());
      }
      if (wanted.contains(0) && retreats < retreatsWhileAsked) {
        retreats++;
        closed = closesWhenItRetreats;
      }
      return replies;
    }

    @Override
    public boolean answering(int shard) {
      return shard != 0 || !closed;
    }

    @Override
    public boolean awaitVisible(int shard, long imagesOffset, long timeoutNanos) {
      awaited.add(shard + ":" + imagesOffset);
      return !forgetful || retreats == 0;
    }

    @Override
    public Optional<Long> lastRetreat(int shard) {
      return shard == 0 && closed ? Optional.empty() : Optional.of(shard == 0 ? retreats : 0L);
    }
  }
}
