package io.sketchstream.benchmarks.index;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;

/// hnswlib-core 1.2.1, HNSW in plain Java in memory.
final class HnswlibIndex implements Contender {
  private HnswIndex<Integer, float[], Entry, Float> index;

  @Override
  public String name() {
    return "hnswlib 1.2.1";
  }

  @Override
  public void build(float[][] vectors) {
    index =
        HnswIndex.newBuilder(
                ClusteredVectors.DIMENSION, DistanceFunctions.FLOAT_INNER_PRODUCT, vectors.length)
            .withM(MAX_CONN)
            .withEfConstruction(BEAM_WIDTH)
            .build();
    for (int number = 0; number < vectors.length; number++) {
      index.add(new Entry(number, vectors[number]));
    }
  }

  @Override
  public void effort(int width) {
    index.setEf(width);
  }

  @Override
  public int[] search(float[] query, int k) {
    return index.findNearest(query, k).stream().mapToInt(found -> found.item().id()).toArray();
  }

  @Override
  public void close() {}

  private static final class Entry implements Item<Integer, float[]> {
    private static final long serialVersionUID = 1L;

    private final int number;
    private final float[] vector;

    Entry(int number, float[] vector) {
      this.number = number;
      this.vector = vector;
    }

    @Override
    public Integer id() {
      return number;
    }

    @Override
    public float[] vector() {
      return vector;
    }

    @Override
    public int dimensions() {
      return vector.length;
    }
  }
}
