package io.sketchstream.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.encoder.Embedding;
import io.sketchstream.encoder.Encoder;
import io.sketchstream.encoder.EncoderOptions;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.TorchEncoder;
import io.sketchstream.images.PhotoFit;
import io.sketchstream.images.sketch.SketchFit;
import io.sketchstream.testing.TinyDataset;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PictureEmbedderTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));
  private static final PictureReader READER =
      new FilePictureReader(PhotoFit.CENTRE, SketchFit.SQUARE);

  @TempDir static Path folder;

  private static ModelArtifact model;
  private static List<Example> examples;

  @BeforeAll
  static void draw() throws Exception {
    TinyDataset.write(folder, 4, 10, 5);
    LabelledPictures pictures =
        LabelledPictures.read(
            List.of(folder.resolve("photos")),
            List.of(folder.resolve("sketches")),
            Optional.empty());
    examples = Stream.concat(pictures.photos().stream(), pictures.sketches().stream()).toList();
    model = ModelArtifact.load(ROOT.resolve("models/default"));
  }

  @Test
  void givesTheSameOnAnyNumberOfThreads() throws Exception {
    List<Integer> done = new ArrayList<>();
    List<Embedding> one = embeddings(1, READER, done::add);
    assertEquals(80, one.size());
    assertEquals(List.of(32, 64, 80), done);
    done.clear();
    List<Embedding> three = embeddings(3, READER, done::add);
    assertEquals(one, three);
    assertEquals(80, done.getLast());
    assertEquals(done.stream().sorted().toList(), done);
  }

  @Test
  void endsAtAPictureThatCanNotBeRead() {
    PictureReader broken =
        (example, size) -> {
          if (example.equals(examples.get(40))) {
            throw new DatasetException("it is broken");
          }
          return READER.read(example, size);
        };
    DatasetException refused =
        assertThrows(DatasetException.class, () -> embeddings(2, broken, _ -> {}));
    assertEquals("it is broken", refused.getMessage());
  }

  @Test
  void stopsWhenInterrupted() {
    assertThrows(
        CancellationException.class,
        () -> embeddings(2, READER, _ -> Thread.currentThread().interrupt()));
    assertTrue(Thread.interrupted());
  }

  private static List<Embedding> embeddings(int threads, PictureReader reader, IntConsumer done)
      throws Exception {
    EncoderOptions options =
        EncoderOptions.defaults().withPrecision(EncoderOptions.Precision.FP32).withThreads(threads);
    try (Encoder encoder = TorchEncoder.open(model, options)) {
      return new PictureEmbedder(encoder, reader, model.inputSize(), threads)
          .embeddings(examples, done);
    }
  }
}
