package io.sketchstream.trainer.evaluate;

import io.sketchstream.trainer.data.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Pictures with their embeddings, one row each. Immutable, except that the rows are shared.
public final class EmbeddedPictures {
  private final List<Example> examples;
  private final float[] rows;
  private final int dimension;

  /// @param rows `examples.size() * dimension` numbers, row by row
  /// @throws IllegalArgumentException when the sizes do not fit
  public EmbeddedPictures(List<Example> examples, float[] rows, int dimension) {
    if (rows.length != examples.size() * dimension) {
      throw new IllegalArgumentException(
          "%d numbers for %d pictures of %d dimensions"
              .formatted(rows.length, examples.size(), dimension));
    }
    this.examples = List.copyOf(examples);
    this.rows = rows;
    this.dimension = dimension;
  }

  public List<Example> examples() {
    return examples;
  }

  public int count() {
    return examples.size();
  }

  public int dimension() {
    return dimension;
  }

  float[] rows() {
    return rows;
  }

  /// A copy of one row.
  float[] row(int picture) {
    return Arrays.copyOfRange(rows, picture * dimension, (picture + 1) * dimension);
  }

  /// The pictures at some indices, in this order.
  EmbeddedPictures only(List<Integer> places) {
    float[] some = new float[places.size() * dimension];
    for (int i = 0; i < places.size(); i++) {
      System.arraycopy(rows, places.get(i) * dimension, some, i * dimension, dimension);
    }
    return new EmbeddedPictures(places.stream().map(examples::get).toList(), some, dimension);
  }

  /// These pictures, then the others.
  EmbeddedPictures and(EmbeddedPictures others) {
    List<Example> all = new ArrayList<>(examples);
    all.addAll(others.examples);
    float[] both = new float[rows.length + others.rows.length];
    System.arraycopy(rows, 0, both, 0, rows.length);
    System.arraycopy(others.rows, 0, both, rows.length, others.rows.length);
    return new EmbeddedPictures(all, both, dimension);
  }

  /// The index of each picture's class in a list of classes; -1 if it is not in the list.
  int[] labels(List<String> classes) {
    return examples.stream().mapToInt(example -> classes.indexOf(example.label())).toArray();
  }
}
