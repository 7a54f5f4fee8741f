package io.sketchstream.query.search;

import com.google.protobuf.ByteString;
import io.sketchstream.events.Hit;
import io.sketchstream.query.fanout.ShardReplies;
import io.sketchstream.query.index.PackedVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Near-duplicates: images so alike that showing one of them is enough.
public final class Duplicates {
  /// Cosine from which on two images are near-duplicates. With the default model, of 2,544 photos
  /// of classes that it never saw, four pairs are above it, each pair of one class; of 979 pictures
  /// of different kinds, none.
  public static final float COSINE_MIN = .97f;

  private Duplicates() {}

  /// Leaves out the near-duplicates of better hits, and counts them there. A hit that was found by
  /// words alone has no vector here and stays.
  static List<Hit> collapse(List<Hit> hits, ShardReplies replies) {
    Map<String, ByteString> packed = HitMerge.vectors(replies.nearest());
    List<Hit.Builder> kept = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    for (Hit hit : hits) {
      float[] vector = PackedVector.unpack(packed.getOrDefault(hit.getImageId(), ByteString.EMPTY));
      int original = original(vector, vectors);
      if (original >= 0) {
        Hit.Builder better = kept.get(original);
        better.setDuplicates(better.getDuplicates() + 1);
      } else {
        kept.add(hit.toBuilder());
        vectors.add(vector);
      }
    }
    return kept.stream().map(Hit.Builder::build).toList();
  }

  private static int original(float[] vector, List<float[]> vectors) {
    for (int i = 0; i < vectors.size(); i++) {
      if (vectors.get(i).length == vector.length && cosine(vectors.get(i), vector) >= COSINE_MIN) {
        return i;
      }
    }
    return -1;
  }

  /// Of vectors of unit length; 0 of empty ones.
  private static float cosine(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
