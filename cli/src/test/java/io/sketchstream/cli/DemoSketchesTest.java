package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sketchstream.cli.ImportSource.Candidate;
import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.images.ImageLimits;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.images.sketch.StrokesJson;
import io.sketchstream.score.Score;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The sketches of `demo` are found in the sample gallery. The page's examples are no fixed
/// promise: the page asks each gallery which of them it answers.
@Timeout(600)
final class DemoSketchesTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
  private static final int BATCH = 32;

  @Test
  void findsAtLeastSevenOfEightFirst() throws Exception {
    List<Candidate> gallery = gallery();
    ModelArtifact model = ModelArtifact.load(ROOT.resolve("models/default"));
    SketchRenderer renderer = new SketchRenderer(ImageLimits.DEFAULT, model.input().sketches());
    List<String> found = new ArrayList<>();
    int first = 0;
    try (Encoder encoder = TorchEncoder.open(model, EncoderOptions.defaults())) {
      List<float[]> photos = embed(gallery, encoder, model);
      for (String name : DemoCommand.SKETCHES) {
        try (InputStream json = DemoCommand.class.getResourceAsStream("demo/" + name + ".json")) {
          Embedding sketch =
              encoder
                  .encode(
                      List.of(
                          renderer.render(
                              StrokesJson.parse(json.readAllBytes()),
                              model.inputSize(),
                              SketchRenderer.PEN)))
                  .getFirst();
          String nearest = nearest(sketch.toArray(), photos, gallery, model);
          found.add(name + ": " + nearest);
          first += nearest.contains(name) ? 1 : 0;
        }
      }
    }
    assertTrue(first >= 7, found::toString);
  }

  private static List<Candidate> gallery() throws Exception {
    List<Candidate> gallery = new ArrayList<>();
    try {
      new SampleGallery(Path.of("target/demo-gallery"))
          .fetch(new PrintWriter(Writer.nullWriter()))
          .each(
              new ImportSource.Visitor() {
                @Override
                public void image(Candidate image) {
                  gallery.add(image);
                }

                @Override
                public void unreadable(Path file, IOException reason) {
                  throw new UncheckedIOException(file.toString(), reason);
                }
              });
    } catch (CommandFailure e) {
      abort("skipped: " + e.getMessage());
    }
    return gallery;
  }

  private static List<float[]> embed(
      List<Candidate> gallery, Encoder encoder, ModelArtifact model) {
    FilePictureReader reader =
        new FilePictureReader(model.input().photos(), model.input().sketches());
    List<float[]> photos = new ArrayList<>();
    for (int from = 0; from < gallery.size(); from += BATCH) {
      encoder
          .encode(
              gallery.subList(from, Math.min(from + BATCH, gallery.size())).parallelStream()
                  .map(image ->
                      reader.read(
                          new Example(image.file(), image.title(), Domain.PHOTO),
                          model.inputSize()))
                  .toList())
          .forEach(embedding -> photos.add(embedding.toArray()));
    }
    return photos;
  }

  private static String nearest(
      float[] sketch, List<float[]> photos, List<Candidate> gallery, ModelArtifact model) {
    int best = 0;
    float bestScore = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < photos.size(); i++) {
      float[] photo = photos.get(i);
      float score =
          Score.of(Score.searchVector(sketch), Score.indexVector(photo, model.hubness().of(photo)));
      if (score > bestScore) {
        best = i;
        bestScore = score;
      }
    }
    return gallery.get(best).title();
  }
}
