package io.sketchstream.benchmarks.index;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult.NodeScore;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// JVector 4.0.2 in memory, full vectors, with its hierarchy. Its degree is that of one layer, so
/// it gets twice `maxConn`, which is what the others keep in their lowest layer.
final class JVectorIndex implements Contender {
  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();
  private static final VectorSimilarityFunction DOT = VectorSimilarityFunction.DOT_PRODUCT;

  private RandomAccessVectorValues values;
  private ImmutableGraphIndex graph;
  private GraphSearcher searcher;
  private int width;

  @Override
  public String name() {
    return "JVector 4.0.2";
  }

  @Override
  @SuppressWarnings("deprecation") // The replacement of this constructor cannot set the hierarchy.
  public void build(float[][] vectors) throws IOException {
    List<VectorFloat<?>> list = new ArrayList<>(vectors.length);
    for (float[] vector : vectors) {
      list.add(TYPES.createFloatVector(vector));
    }
    values = new ListRandomAccessVectorValues(list, ClusteredVectors.DIMENSION);
    try (GraphIndexBuilder builder =
        new GraphIndexBuilder(
            BuildScoreProvider.randomAccessScoreProvider(values, DOT),
            ClusteredVectors.DIMENSION,
            2 * MAX_CONN,
            BEAM_WIDTH,
            1.2f,
            1.2f,
            true)) {
      graph = builder.build(values);
    }
    searcher = new GraphSearcher(graph);
  }

  @Override
  public void effort(int candidates) {
    width = candidates;
  }

  @Override
  public int[] search(float[] query, int k) {
    NodeScore[] nodes =
        searcher
            .search(
                DefaultSearchScoreProvider.exact(TYPES.createFloatVector(query), DOT, values),
                k,
                Math.max(width, k),
                0f,
                0f,
                Bits.ALL)
            .getNodes();
    return Arrays.stream(nodes).mapToInt(node -> node.node).toArray();
  }

  @Override
  public void close() throws IOException {
    if (searcher != null) {
      searcher.close();
      graph.close();
    }
  }
}
