package io.sketchstream.trainer.train;

import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The initial state of a training: a pretrained trunk, an embedding on top of it
/// ([EmbeddingStart]), and the resulting embeddings of all photos and classes.
final class Initialization {
  /// Number of pictures of each domain that the embedding is computed from.
  private static final int SAMPLE = 1200;

  private final Weights weights;
  private final LinearMap embedding;
  private final double[] photoMean;
  private final List<Example> photos;
  private final float[] rows;
  private final Map<Example, Integer> rowOf = new HashMap<>();
  private final Map<Example, float[]> unlabelled = new LinkedHashMap<>();

  private Initialization(
      Weights weights,
      LinearMap embedding,
      double[] photoMean,
      List<Example> photos,
      float[] rows) {
    this.weights = weights;
    this.embedding = embedding;
    this.photoMean = photoMean;
    this.photos = photos;
    this.rows = rows;
    photos.forEach(photo -> rowOf.put(photo, rowOf.size()));
  }

  /// @param initial weights of the network; an embedding in them is kept, otherwise one is computed
  /// @param classifier classifier of the pretrained trunk, if known
  static Initialization of(
      TrainingConfig config,
      TrainingInput input,
      Weights initial,
      Optional<LinearMap> classifier,
      TrainingProgress progress)
      throws BrokenModelException {
    Network network = Network.named(config.network());
    LabelledPictures pictures = input.pictures();
    List<Example> sketchSample = pictures.spread(Domain.SKETCH, SAMPLE);
    List<Example> photoSample = pictures.spread(Domain.PHOTO, SAMPLE);
    try (FeatureExtractor extractor =
        new FeatureExtractor(network, initial, input.reader(), config.inputSize(), progress)) {
      float[] sketches = extractor.features(sketchSample);
      float[] photos = extractor.features(photoSample);
      LinearMap embedding =
          initial.find(Network.EMBEDDING_WEIGHT).isPresent()
              ? new LinearMap(
                  initial.get(Network.EMBEDDING_WEIGHT).values(),
                  initial.get(Network.EMBEDDING_BIAS).values())
              : made(
                  config,
                  network,
                  classifier,
                  new EmbeddingStart(sketches, photos, network.dimension()));
      List<Example> all = pictures.photos();
      Initialization start =
          new Initialization(
              with(initial, embedding, network),
              embedding,
              EmbeddingStart.mean(photos, network.dimension()),
              all,
              extractor.embeddings(all, embedding));
      start.place(input.unlabelled(), extractor.embeddings(input.unlabelled(), embedding));
      return start;
    }
  }

  private static LinearMap made(
      TrainingConfig config, Network network, Optional<LinearMap> classifier, EmbeddingStart from) {
    int outputs = config.dimension();
    if (outputs > network.dimension()) {
      throw new IllegalArgumentException(
          "%s has %d features, too few for %d dimensions"
              .formatted(network.name(), network.dimension(), outputs));
    }
    if (!config.classifierStart()) {
      return from.principal(outputs);
    }
    return classifier
        .map(pretrained -> from.ofClassifier(pretrained, outputs))
        .orElseGet(() -> from.random(outputs, config.seed()));
  }

  private void place(List<Example> photosWithoutClass, float[] embedded) {
    for (int i = 0; i < photosWithoutClass.size(); i++) {
      unlabelled.put(
          photosWithoutClass.get(i),
          Arrays.copyOfRange(embedded, i * dimension(), (i + 1) * dimension()));
    }
  }

  private static Weights with(Weights initial, LinearMap embedding, Network network) {
    int outputs = embedding.outputs();
    return initial
        .with(
            Network.EMBEDDING_WEIGHT,
            new Tensor(List.of(outputs, network.dimension()), embedding.weight()))
        .with(Network.EMBEDDING_BIAS, new Tensor(List.of(outputs), embedding.bias()));
  }

  /// Weights of the network, including the embedding.
  Weights weights() {
    return weights;
  }

  int dimension() {
    return embedding.outputs();
  }

  /// All labelled photos, in the order of [#rows].
  List<Example> photos() {
    return photos;
  }

  /// The embeddings of all photos before normalisation, row by row. Shared, not copied.
  float[] rows() {
    return rows;
  }

  /// The unit embedding of a photo, labelled or not.
  float[] unit(Example photo) {
    float[] placed = unlabelled.get(photo);
    if (placed != null) {
      return LinearMap.unit(placed.clone());
    }
    int row = rowOf.get(photo);
    return LinearMap.unit(Arrays.copyOfRange(rows, row * dimension(), (row + 1) * dimension()));
  }

  /// The answers of a head for all photos, labelled or not.
  TeacherTable answers(LinearMap head) {
    List<Example> all = new ArrayList<>(photos);
    float[] embedded = Arrays.copyOf(rows, rows.length + unlabelled.size() * dimension());
    unlabelled.forEach((photo, row) -> {
      System.arraycopy(row, 0, embedded, all.size() * dimension(), dimension());
      all.add(photo);
    });
    return TeacherTable.of(all, head.softmaxAll(embedded));
  }

  /// The normalised mean of the unit embeddings of a class's photos.
  float[] classMean(List<Example> photosOfClass) {
    float[] sum = new float[dimension()];
    for (Example photo : photosOfClass) {
      float[] unit = unit(photo);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += unit[i];
      }
    }
    return LinearMap.unit(sum);
  }

  /// The prototype of an ImageNet class: the mean feature of photos, moved along the class's row of
  /// the pretrained classifier.
  ///
  /// @param row row of the classifier's weight
  /// @param step length of the move
  float[] prototype(float[] row, double step) {
    float[] feature = new float[row.length];
    for (int i = 0; i < feature.length; i++) {
      feature[i] = (float) (photoMean[i] + step * row[i]);
    }
    return LinearMap.unit(embedding.apply(feature));
  }
}
