package io.sketchstream.benchmarks.index;

import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.VectorFormat;
import io.sketchstream.score.Hubness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Our index as a contender: written through Kafka, searched through IQv2 and the merge.
final class OwnIndex implements Contender {
  /// Tags by the share of images that have them, in thousandths.
  static final int[] SELECTIVITIES = {1, 10, 20, 50, 100, 500};

  private final VectorFormat format;
  private final Hubness hubness;
  private final InProcessIndex index;

  OwnIndex(Path home, int shards, VectorFormat format) {
    this(home, shards, format, Hubness.none());
  }

  /// @param hubness of the images
  OwnIndex(Path home, int shards, VectorFormat format, Hubness hubness) {
    this.format = format;
    this.hubness = hubness;
    this.index = new InProcessIndex(home, shards, options(), Duration.ofSeconds(5));
  }

  private IndexOptions options() {
    return IndexOptions.defaults().with(format);
  }

  InProcessIndex index() {
    return index;
  }

  /// The files of a shard.
  Path files(int shard) {
    return index.files(shard);
  }

  int segments() {
    return index.segments();
  }

  @Override
  public String name() {
    return hubness.rows() == 0 ? "Sketchstream" : "with hubness";
  }

  @Override
  public void build(float[][] vectors) throws InterruptedException {
    for (int number = 0; number < vectors.length; number++) {
      float[] vector = vectors[number];
      var _ = index.send(number, vector, hubness.of(vector), tags(number));
    }
    index.awaitAll();
  }

  @Override
  public void awaitRest() throws InterruptedException {
    index.awaitRest();
  }

  /// An image has the tag of each share that its number falls into, spread over shards and
  /// clusters.
  static List<String> tags(int number) {
    List<String> tags = new ArrayList<>();
    for (int thousandths : SELECTIVITIES) {
      if (passes(number, thousandths)) {
        tags.add("share" + thousandths);
      }
    }
    return tags;
  }

  static boolean passes(int number, int thousandths) {
    return Math.floorMod(number * 0x9E3779B97F4A7C15L >>> 33, 1000) < thousandths;
  }

  @Override
  public void effort(int width) throws InterruptedException {
    index.reopen(options().withSearchWidth(width));
  }

  @Override
  public int[] search(float[] query, int k) throws InterruptedException {
    return index.search(query, k, "", List.of());
  }

  @Override
  public void close() {
    index.close();
  }
}
