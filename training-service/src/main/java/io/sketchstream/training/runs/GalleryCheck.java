package io.sketchstream.training.runs;

import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.evaluate.EmbeddedPictures;
import io.sketchstream.trainer.evaluate.PictureEmbedder;
import io.sketchstream.trainer.evaluate.RetrievalEvaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Measures changes outside the labelled classes: whether unlabelled images keep their nearest
/// neighbours. This needs no labels, and detects a model that forgets what it was not trained on in
/// the run.
///
/// **Threads:** one.
final class GalleryCheck {
  private static final int NEAREST = 10;

  /// In a small gallery fewer are compared: half of the gallery would be near anyway.
  private static final int IMAGES_PER_NEAREST = 5;

  private static final int PRODUCT_QUERIES = 64;

  private final List<Example> images;

  /// The images nearest to each image, by one model.
  record Neighbours(List<Set<Integer>> ofEach) {
    Neighbours {
      ofEach = List.copyOf(ofEach);
    }

    /// The mean share of neighbours that two models have in common.
    double overlap(Neighbours other) {
      return IntStream.range(0, ofEach.size())
          .mapToDouble(i -> {
            Set<Integer> common = new HashSet<>(ofEach.get(i));
            common.retainAll(other.ofEach().get(i));
            return (double) common.size() / Math.max(1, ofEach.get(i).size());
          })
          .average()
          .orElse(1);
    }
  }

  GalleryCheck(List<Path> files) {
    this.images = files.stream().map(file -> new Example(file, "", Domain.PHOTO)).toList();
  }

  /// Pictures that [#measure] embeds.
  int pictures() {
    return images.size();
  }

  /// @param done receives how many pictures are embedded
  Neighbours measure(PictureEmbedder embedder, IntConsumer done) {
    EmbeddedPictures gallery = embedder.embed(images, done);
    int n = images.size();
    List<Set<Integer>> neighbours = new ArrayList<>();
    for (int from = 0; from < n; from += PRODUCT_QUERIES) {
      int count = Math.min(PRODUCT_QUERIES, n - from);
      float[] similarities = RetrievalEvaluation.similarities(gallery, from, count, gallery);
      for (int i = 0; i < count; i++) {
        neighbours.add(nearest(similarities, i * n, n, from + i));
      }
    }
    return new Neighbours(neighbours);
  }

  Elsewhere compare(Neighbours before, Neighbours after, double tolerated) {
    return new Elsewhere(images.size(), before.overlap(after), tolerated);
  }

  /// The nearest ten of a row of similarities, or a fifth of a small gallery.
  private static Set<Integer> nearest(float[] similarities, int start, int count, int without) {
    Set<Integer> nearest = new HashSet<>();
    IntStream.range(0, count)
        .filter(i -> i != without)
        .boxed()
        .sorted((a, b) -> Float.compare(similarities[start + b], similarities[start + a]))
        .limit(Math.clamp(count / IMAGES_PER_NEAREST, 1, NEAREST))
        .forEach(nearest::add);
    return nearest;
  }
}
