package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.events.Hit;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.ShardReply;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.PackedVector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DuplicatesTest {
  @Test
  void keepsTheBestOfNearDuplicatesAcrossShards() {
    NearestFound here =
        NearestFound.newBuilder()
            .addByVector(hit("a", .9f))
            .addByVector(hit("c", .7f))
            .addVectors(PackedVector.pack(angle(0)))
            .addVectors(PackedVector.pack(angle(10)))
            .build();
    NearestFound there =
        NearestFound.newBuilder()
            .addByVector(hit("b", .8f))
            .addByVector(hit("d", .6f))
            .addVectors(PackedVector.pack(angle(40)))
            .addVectors(PackedVector.pack(angle(45)))
            .build();
    ShardReplies replies =
        new ShardReplies(
            2,
            Map.of(
                0, ShardReply.newBuilder().setNearest(here).build(),
                1, ShardReply.newBuilder().setNearest(there).build()),
            Map.of());
    List<Hit> hits =
        List.of(hit("a", .9f), hit("b", .8f), hit("c", .7f), hit("d", .6f), hit("by words", 0));

    List<Hit> collapsed = Duplicates.collapse(hits, replies);

    assertEquals(List.of("a", "b", "by words"), collapsed.stream().map(Hit::getImageId).toList());
    assertEquals(List.of(1, 1, 0), collapsed.stream().map(Hit::getDuplicates).toList());
  }

  /// A unit vector in the plane, so many degrees from the first axis.
  private static float[] angle(double degrees) {
    double radians = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(radians), (float) Math.sin(radians)};
  }

  private static Hit hit(String imageId, float score) {
    return Hit.newBuilder().setImageId(imageId).setScore(score).build();
  }
}
