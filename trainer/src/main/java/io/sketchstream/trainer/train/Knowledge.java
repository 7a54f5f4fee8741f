package io.sketchstream.trainer.train;

import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.ModelInput;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import io.sketchstream.encoder.network.Tensor;
import io.sketchstream.encoder.network.Weights;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import java.nio.file.Path;
import java.util.List;

/// A teacher's classifier in the terms of an embedding: a linear map from the embedding before
/// normalisation to the logarithms of the teacher's answers, by ridge regression on photos.
public final class Knowledge {
  /// Enough for the dimensions of an embedding; more changes little.
  private static final int PHOTOS = 4000;

  private static final double RIDGE = 10;
  private static final float PROBABILITY_MIN = 1e-6f;

  private Knowledge() {}

  /// The head that predicts a teacher's answers from a model's embeddings.
  ///
  /// @param teacher directory of an ImageNet classifier
  /// @param pictures whose photos it is fitted on, spread over the classes
  /// @throws BrokenModelException when the teacher is no classifier
  public static KnowledgeHead of(
      ModelArtifact model, Path teacher, LabelledPictures pictures, TrainingProgress progress)
      throws BrokenModelException {
    ModelInput input = model.input();
    PictureReader reader = new FilePictureReader(input.photos(), input.sketches());
    List<Example> photos = pictures.spread(Domain.PHOTO, PHOTOS);
    TeacherTable answers = TeacherTable.ask(TeacherFile.in(teacher), photos, reader, progress);
    return of(
        model.network(), model.weights(), pictures, answers, reader, model.inputSize(), progress);
  }

  /// @param teacher has the answers for the photos
  /// @param size side of the squares that are embedded
  static KnowledgeHead of(
      Network network,
      Weights weights,
      LabelledPictures pictures,
      TeacherTable teacher,
      PictureReader reader,
      int size,
      TrainingProgress progress)
      throws BrokenModelException {
    List<Example> photos = pictures.spread(Domain.PHOTO, PHOTOS);
    LinearMap embedding =
        new LinearMap(
            weights.get(Network.EMBEDDING_WEIGHT).values(),
            weights.get(Network.EMBEDDING_BIAS).values());
    try (FeatureExtractor extractor =
        new FeatureExtractor(network, weights, reader, size, progress)) {
      LinearMap head = fit(photos, extractor.embeddings(photos, embedding), teacher);
      return new KnowledgeHead(
          new Tensor(List.of(head.outputs(), head.inputs()), head.weight()),
          new Tensor(List.of(head.outputs()), head.bias()));
    }
  }

  /// @param rows the embeddings of the photos before normalisation, row by row
  static LinearMap fit(List<Example> photos, float[] rows, TeacherTable teacher) {
    float[] answers = new float[photos.size() * teacher.width()];
    int at = 0;
    for (Example photo : photos) {
      float[] answer = teacher.answer(photo);
      double mean = 0;
      for (float p : answer) {
        mean += Math.log(Math.max(p, PROBABILITY_MIN)) / answer.length;
      }
      for (float p : answer) {
        answers[at++] = (float) (Math.log(Math.max(p, PROBABILITY_MIN)) - mean);
      }
    }
    return RidgeRegression.fit(rows, answers, photos.size(), RIDGE);
  }

  static LinearMap map(KnowledgeHead head) {
    return new LinearMap(head.weight().values(), head.bias().values());
  }
}
