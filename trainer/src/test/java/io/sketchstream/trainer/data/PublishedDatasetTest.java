package io.sketchstream.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.trainer.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedDatasetTest {
  @TempDir private Path root;

  @Test
  void findsSeenAndUnseenClassesInARelease() throws IOException {
    Files.createDirectories(root.resolve("zeroshot1"));
    Files.writeString(
        root.resolve("zeroshot1/cname_cid_zero.txt"), "hot air balloon 0\nwindow 1\n");
    for (String label : List.of("hot_air_balloon", "window", "ant")) {
      picture("256x256/sketch/tx_000000000000/" + label);
      picture("EXTEND_image_sketchy/" + label);
    }
    PublishedDataset.Pictures pictures = PublishedDataset.SKETCHY_1.read(root);
    assertEquals(List.of("hot_air_balloon", "window"), pictures.unseen().pairedClasses());
    assertEquals(List.of("ant"), pictures.seen().pairedClasses());
  }

  @Test
  void namesTheMissingFolder() throws IOException {
    assertMentions("png_ready", PublishedDataset.TU_BERLIN);
    picture("sketches/cow");
    picture("photos/cow");
    assertMentions("zebra", PublishedDataset.QUICKDRAW);
    assertMentions("cname_cid_zero.txt", PublishedDataset.SKETCHY_1);
    assertMentions("skyscraper", PublishedDataset.SKETCHY_2);
  }

  @Test
  void recognisesAReleaseByItsFolders() {
    assertEquals(
        Optional.of(PublishedDataset.SKETCHY_2),
        PublishedDataset.ofFolder(root.resolve("256x256/sketch/tx_000000000000")));
    assertEquals(
        Optional.of(PublishedDataset.TU_BERLIN),
        PublishedDataset.ofFolder(root.resolve("ImageResized")));
    assertEquals(
        Optional.of(PublishedDataset.QUICKDRAW),
        PublishedDataset.ofFolder(root.resolve("QuickDraw_sketches_final/")));
    for (String usual : List.of("photos", "sketches", "images", "png", "my_photos")) {
      assertEquals(Optional.empty(), PublishedDataset.ofFolder(root.resolve(usual)), usual);
    }
  }

  @Test
  void trainsOnExactlyTheSeenClasses() throws IOException {
    Files.createDirectories(root.resolve("zeroshot1"));
    Files.writeString(root.resolve("zeroshot1/cname_cid_zero.txt"), "cow 0\nwindow 1\n");
    for (String label : List.of("cow", "window", "ant", "bee")) {
      picture("sketches/" + label);
      picture("photos/" + label);
    }
    TrainingData data = TrainingData.read(PublishedDataset.SKETCHY_1, root);
    assertEquals(List.of("ant", "bee"), data.training().classes());
    assertEquals(Set.of("sketchy-1"), data.evaluations().keySet());
    assertEquals(List.of("cow", "window"), data.evaluations().get("sketchy-1").classes());
  }

  private void assertMentions(String what, PublishedDataset dataset) {
    DatasetException refused =
        assertThrows(DatasetException.class, () -> dataset.read(root), dataset::label);
    assertTrue(refused.getMessage().contains(what), refused.getMessage());
  }

  private void picture(String folder) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve(folder)).resolve("1.png"), "");
  }
}
