package io.sketchstream.training.runs;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.training.data.FilePictureReader;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import io.sketchstream.training.evaluate.EmbeddedPictures;
import io.sketchstream.training.evaluate.PictureEmbedder;
import io.sketchstream.training.evaluate.RetrievalEvaluation;
import io.sketchstream.training.evaluate.RetrievalMetrics;
import java.util.List;
import java.util.function.IntConsumer;

/// Whether a candidate is better than the active generation: both embed what was held out, as they
/// serve it but in fp32, and every sketch searches all photos.
///
/// **Threads:** one.
final class Gate {
  private static final long SEED = 20_220_607;

  private final Options options;
  private final PictureReader reader = new FilePictureReader();

  /// How to judge; [io.sketchstream.training.TrainingServiceConfig] documents each.
  record Options(double margin, double confidence, int examplesMax, int resamples) {}

  Gate(Options options) {
    this.options = options;
  }

  /// Measures both.
  ///
  /// @param done told how many pictures are embedded, of twice [#pictures]
  /// @throws BrokenModelException when a model does not fit its network
  Comparison compare(
      ModelArtifact active, ModelArtifact candidate, LabelledPictures heldOut, IntConsumer done)
      throws BrokenModelException {
    LabelledPictures some = limited(heldOut);
    int pictures = pictures(heldOut);
    Comparison.Side before = measure(active, some, done);
    Comparison.Side after = measure(candidate, some, n -> done.accept(pictures + n));
    double[] differences = new double[before.byQuery().size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] =
          after.byQuery().get(i).meanAveragePrecision()
              - before.byQuery().get(i).meanAveragePrecision();
    }
    return new Comparison(
        before,
        after,
        Bootstrap.mean(differences, options.resamples(), options.confidence(), SEED),
        options.margin());
  }

  /// How many pictures each of the two models embeds.
  int pictures(LabelledPictures heldOut) {
    LabelledPictures some = limited(heldOut);
    return some.sketches().size() + some.photos().size();
  }

  private LabelledPictures limited(LabelledPictures heldOut) {
    return heldOut.limitedTo(options.examplesMax());
  }

  private Comparison.Side measure(ModelArtifact model, LabelledPictures some, IntConsumer done)
      throws BrokenModelException {
    EncoderOptions fp32 = EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32);
    try (Encoder encoder = TorchEncoder.open(model, fp32)) {
      PictureEmbedder embedder = new PictureEmbedder(encoder, reader, model.inputSize());
      EmbeddedPictures queries = embedder.embed(some.sketches(), done);
      EmbeddedPictures gallery =
          embedder.embed(some.photos(), n -> done.accept(queries.count() + n));
      List<RetrievalMetrics> byQuery = RetrievalEvaluation.measure(queries, gallery);
      return new Comparison.Side(model.generation().id(), queries, gallery, byQuery);
    }
  }
}
