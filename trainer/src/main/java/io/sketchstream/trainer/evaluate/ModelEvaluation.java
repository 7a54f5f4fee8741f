package io.sketchstream.trainer.evaluate;

import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.data.WideDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Evaluates a model as it is served: all sketches of some classes against all their photos. Each
/// picture is embedded once, however many evaluations use it.
///
/// **Threads:** one.
public final class ModelEvaluation {
  /// Number of photos of seen classes for fitting binary codes, spread over the classes.
  private static final int FITTED = 2000;

  private static final long CODES_SEED = 1;

  private final ModelArtifact model;
  private final EncoderOptions options;
  private final PictureReader reader;
  private final Map<Example, float[]> embedded = new HashMap<>();

  /// @param options its threads are how many batches of pictures are embedded at a time
  public ModelEvaluation(ModelArtifact model, EncoderOptions options) {
    this.model = model;
    this.options = options;
    reader = new FilePictureReader(model.input().photos(), model.input().sketches());
  }

  /// What to measure.
  ///
  /// @param unseen classes that the model was not trained on: queries and gallery
  /// @param seen classes that it was trained on: for binary codes and the generalised setting
  /// @param generalised whether to search again with photos of seen classes as distractors
  /// @param hits file for a picture of queries and hits
  public record Wanted(
      LabelledPictures unseen,
      Optional<LabelledPictures> seen,
      boolean generalised,
      Optional<Path> hits) {

    /// Number of pictures to embed.
    public int pictures() {
      return unseen.sketches().size() + unseen.photos().size() + seenPhotos().size();
    }

    private List<Example> seenPhotos() {
      return generalised ? seen.map(LabelledPictures::photos).orElse(List.of()) : fitted();
    }

    /// The photos for fitting binary codes, the same in either setting.
    private List<Example> fitted() {
      return seen.map(s -> s.spread(Domain.PHOTO, FITTED)).orElse(List.of());
    }
  }

  /// Embeds what is not embedded yet, searches and measures.
  ///
  /// @param done receives how many pictures are embedded so far
  /// @throws BrokenModelException when the model's weights do not fit its network
  public RetrievalReport evaluate(Wanted wanted, IntConsumer done)
      throws BrokenModelException, IOException {
    List<EmbeddedPictures> parts =
        embed(
            List.of(wanted.unseen().sketches(), wanted.unseen().photos(), wanted.seenPhotos()),
            done);
    EmbeddedPictures queries = parts.get(0);
    EmbeddedPictures gallery = parts.get(1);
    EmbeddedPictures seen = parts.get(2);
    if (wanted.hits().isPresent()) {
      HitsPicture.write(queries, gallery, reader, wanted.hits().get());
    }
    EmbeddedPictures fitted = embedded(wanted.fitted());
    Optional<BinaryCodes> codes =
        fitted.count() > BinaryCodes.BITS
            ? Optional.of(BinaryCodes.fit(fitted, CODES_SEED))
            : Optional.empty();
    return RetrievalEvaluation.of(
        queries,
        gallery,
        model.hubness(),
        codes,
        wanted.generalised() ? Optional.of(seen) : Optional.empty());
  }

  /// Also searches drawings of words in a gallery of other classes.
  ///
  /// @param done receives how many pictures are embedded so far
  /// @throws BrokenModelException when the model's weights do not fit its network
  public OpenWorldReport evaluate(WideDataset.OpenWorld world, IntConsumer done)
      throws BrokenModelException {
    List<EmbeddedPictures> parts = embed(List.of(world.queries(), world.gallery()), done);
    return OpenWorldReport.of(parts.get(0), parts.get(1), world.names(), model.hubness());
  }

  private List<EmbeddedPictures> embed(List<List<Example>> parts, IntConsumer done)
      throws BrokenModelException {
    List<Example> missing =
        parts.stream()
            .flatMap(List::stream)
            .distinct()
            .filter(example -> !embedded.containsKey(example))
            .toList();
    if (!missing.isEmpty()) {
      embedMissing(missing, done);
    }
    return parts.stream().map(this::embedded).toList();
  }

  private void embedMissing(List<Example> missing, IntConsumer done) throws BrokenModelException {
    try (Encoder encoder = TorchEncoder.open(model, options)) {
      EmbeddedPictures now =
          new PictureEmbedder(encoder, reader, model.inputSize(), options.threads())
              .embed(missing, done);
      for (int i = 0; i < missing.size(); i++) {
        embedded.put(missing.get(i), now.row(i));
      }
    }
  }

  private EmbeddedPictures embedded(List<Example> examples) {
    int dimension = model.dimension();
    float[] rows = new float[examples.size() * dimension];
    for (int i = 0; i < examples.size(); i++) {
      System.arraycopy(embedded.get(examples.get(i)), 0, rows, i * dimension, dimension);
    }
    return new EmbeddedPictures(examples, rows, dimension);
  }
}
