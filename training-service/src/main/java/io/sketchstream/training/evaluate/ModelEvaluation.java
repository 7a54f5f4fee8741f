package io.sketchstream.training.evaluate;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.PictureReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Evaluates a model as it is served: every sketch of some classes against all their photos.
public final class ModelEvaluation {
  /// Photos of seen classes that binary codes are fitted on, of each class at most.
  private static final int FITTED_PER_CLASS = 40;

  private static final long CODES_SEED = 1;

  private final ModelArtifact model;
  private final EncoderOptions options;
  private final PictureReader reader;

  public ModelEvaluation(ModelArtifact model, EncoderOptions options, PictureReader reader) {
    this.model = model;
    this.options = options;
    this.reader = reader;
  }

  /// What to measure.
  ///
  /// @param unseen classes that the model was not trained on: queries and gallery
  /// @param seen classes that it was trained on: for binary codes and the generalised setting
  /// @param generalised whether photos of seen classes are distractors in one more search
  /// @param hits where to put a picture of queries and hits
  public record Wanted(
      LabelledPictures unseen,
      Optional<LabelledPictures> seen,
      boolean generalised,
      Optional<Path> hits) {

    /// Queries and gallery alone.
    public static Wanted plain(LabelledPictures unseen) {
      return new Wanted(unseen, Optional.empty(), false, Optional.empty());
    }

    /// How many pictures have to be embedded.
    public int pictures() {
      return unseen.sketches().size() + unseen.photos().size() + seenPhotos().size();
    }

    private List<Example> seenPhotos() {
      return seen.map(s -> generalised ? s : s.limitedTo(FITTED_PER_CLASS))
          .map(LabelledPictures::photos)
          .orElse(List.of());
    }
  }

  /// Embeds everything, searches and measures.
  ///
  /// @param done told how many pictures are embedded so far
  /// @throws BrokenModelException when the model's weights do not fit its network
  public RetrievalReport evaluate(Wanted wanted, IntConsumer done)
      throws BrokenModelException, IOException {
    EmbeddedPictures queries;
    EmbeddedPictures gallery;
    EmbeddedPictures seen;
    try (Encoder encoder = TorchEncoder.open(model, options)) {
      PictureEmbedder embedder = new PictureEmbedder(encoder, reader, model.inputSize());
      queries = embedder.embed(wanted.unseen().sketches(), done);
      gallery = embedder.embed(wanted.unseen().photos(), n -> done.accept(queries.count() + n));
      seen =
          embedder.embed(
              wanted.seenPhotos(), n -> done.accept(queries.count() + gallery.count() + n));
    }
    if (wanted.hits().isPresent()) {
      HitsPicture.write(queries, gallery, reader, wanted.hits().get());
    }
    Optional<BinaryCodes> codes =
        seen.count() > BinaryCodes.BITS
            ? Optional.of(BinaryCodes.fit(seen, CODES_SEED))
            : Optional.empty();
    return RetrievalEvaluation.of(
        queries, gallery, codes, wanted.generalised() ? Optional.of(seen) : Optional.empty());
  }
}
