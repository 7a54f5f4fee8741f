package io.sketchstream.query.fanout;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.GalleryCursor;
import io.sketchstream.events.ImagePosition;
import io.sketchstream.events.NearestAsked;
import io.sketchstream.events.NewestAsked;
import io.sketchstream.events.SearchCursor;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.query.index.KnnQuery;
import io.sketchstream.query.index.NewestQuery;
import io.sketchstream.testing.HostileMessages;
import io.sketchstream.testing.HostileMessages.Row;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a field of a peer's request holds, it is a request within bounds or refused.
final class HostileRequestsTest {
  private static final int HITS_MAX = 4096;

  static List<Row> requests() {
    return Stream.concat(
            HostileMessages.of(example()).stream(), HostileMessages.of(listing()).stream())
        .toList();
  }

  private static ShardsAsked listing() {
    return ShardsAsked.newBuilder()
        .setGeneration("g1")
        .addShards(1)
        .setTimeoutMicros(1_000)
        .setNewest(
            NewestAsked.newBuilder()
                .setLimit(10)
                .setFilter("tag:cat")
                .setText("cat")
                .setFacets(true)
                .setAfter(GalleryCursor.newBuilder().setIngested(1).setImageId("a")))
        .build();
  }

  private static ShardsAsked example() {
    return ShardsAsked.newBuilder()
        .setGeneration("g1")
        .addShards(1)
        .addAfter(ImagePosition.newBuilder().setOffset(1))
        .setTimeoutMicros(1_000)
        .setNearest(
            NearestAsked.newBuilder()
                .setVector(ByteString.copyFrom(new byte[8]))
                .setK(10)
                .setVectors(5)
                .setFilter("tag:cat")
                .setText("cat")
                .setShardsTotal(2)
                .setAfter(SearchCursor.newBuilder().setScore(.5f).setImageId("a").setRank(1)))
        .build();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void acceptsOnlyRequestsWithinBounds(Row row) {
    if (row.bytes() == null) {
      return;
    }
    ShardRequest request;
    try {
      request = ShardRequest.of(ShardsAsked.parseFrom(row.bytes()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
      return; // A 400.
    }
    assertTrue(request.nanosLeft() < 600e9, row.name());
    assertTrue(request.shards().stream().allMatch(shard -> shard >= 0), row.name());
    if (request.query() instanceof KnnQuery knn) {
      assertTrue(knn.asked().getK() >= 0 && knn.asked().getK() <= HITS_MAX, row.name());
      assertTrue(knn.asked().getVectors() >= 0 && knn.asked().getVectors() <= HITS_MAX);
    }
    if (request.query() instanceof NewestQuery newest) {
      int limit = newest.asked().getLimit();
      assertTrue(limit >= 1 && limit <= HITS_MAX, row.name());
    }
  }

  @Test
  void readsAListingRequestAsItWasSent() {
    ShardRequest request = ShardRequest.of(listing());
    assertEquals(listing().getNewest(), request.toMessage().getNewest());
    NewestAsked much = listing().getNewest().toBuilder().setLimit(1 << 30).build();
    assertThrows(
        IllegalArgumentException.class,
        () -> ShardRequest.of(listing().toBuilder().setNewest(much).build()));
  }

  @Test
  void acceptsTheExample() {
    assertDoesNotThrow(() -> ShardRequest.of(example()));
    NearestAsked much = example().getNearest().toBuilder().setK(1 << 30).build();
    assertThrows(
        IllegalArgumentException.class,
        () -> ShardRequest.of(example().toBuilder().setNearest(much).build()));
  }
}
