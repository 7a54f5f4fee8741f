package io.sketchstream.training.runs;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.evaluate.EmbeddedPictures;
import io.sketchstream.trainer.evaluate.PictureEmbedder;
import io.sketchstream.trainer.evaluate.RetrievalEvaluation;
import io.sketchstream.trainer.evaluate.Scoring;
import io.sketchstream.training.labels.LabelledDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Decides whether a candidate is better than the active generation on held-out examples, and not
/// worse outside the labelled classes. Both models embed the same pictures and score them as they
/// are served, but in fp32.
///
/// **Threads:** one.
final class Gate {
  private final GateOptions options;
  private final LabelledPictures heldOut;
  private final Optional<GalleryCheck> gallery;

  /// @param canary unlabelled images that neither model was trained on
  Gate(GateOptions options, LabelledPictures heldOut, List<Path> canary) {
    this.options = options;
    this.heldOut = heldOut.limitedTo(options.examplesMax());
    this.gallery =
        canary.size() < LabelledDataset.MEASURABLE_MIN
            ? Optional.empty()
            : Optional.of(new GalleryCheck(canary));
  }

  /// Measures both.
  ///
  /// @param done receives how many pictures are embedded, of twice [#pictures]
  /// @throws BrokenModelException when a model does not fit its network
  Comparison compare(ModelArtifact active, ModelArtifact candidate, IntConsumer done)
      throws BrokenModelException {
    Measured before = measure(active, done);
    Measured after = measure(candidate, n -> done.accept(pictures() + n));
    Optional<Elsewhere> elsewhere =
        gallery.map(check ->
            check.compare(
                before.gallery().orElseThrow(),
                after.gallery().orElseThrow(),
                options.elsewhereMargin()));
    return Comparison.of(before.labelled(), after.labelled(), options, elsewhere);
  }

  private record Measured(Comparison.Side labelled, Optional<GalleryCheck.Neighbours> gallery) {}

  /// How many pictures each of the two models embeds.
  int pictures() {
    return heldOut.sketches().size()
        + heldOut.photos().size()
        + gallery.map(GalleryCheck::pictures).orElse(0);
  }

  private Measured measure(ModelArtifact model, IntConsumer done) throws BrokenModelException {
    EncoderOptions fp32 = EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32);
    try (Encoder encoder = TorchEncoder.open(model, fp32)) {
      PictureReader reader =
          new FilePictureReader(model.input().photos(), model.input().sketches());
      PictureEmbedder pictures = new PictureEmbedder(encoder, reader, model.inputSize());
      EmbeddedPictures queries = pictures.embed(heldOut.sketches(), done);
      EmbeddedPictures photos =
          pictures.embed(heldOut.photos(), n -> done.accept(queries.count() + n));
      int labelled = queries.count() + photos.count();
      Optional<GalleryCheck.Neighbours> neighbours =
          gallery.map(check -> check.measure(pictures, n -> done.accept(labelled + n)));
      return new Measured(
          new Comparison.Side(
              model.generation().id(),
              queries,
              photos,
              RetrievalEvaluation.measure(queries, photos, Scoring.served(model.hubness()))),
          neighbours);
    }
  }
}
